using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;

namespace Acquiring.Core.Tests.Tiers;

public sealed class CheckARuleSet
{
    [Fact]
    public void A_good_one_passes() => TierRuleSetCheck.Of(Rules.Set).ShouldBeNull();

    [Fact]
    public void What_is_wrong_is_named_with_its_place()
    {
        Told(s => s with { Name = " " }).ShouldBe("tiers.text name");
        Told(s => s with { Rules = [] }).ShouldBe("tiers.count rules");
        Told(s => s with { Rules = [s.Rules[0] with { Mccs = ["701"] }] }).ShouldBe("tiers.mcc rules[0].mccs[0]");
        Told(s => s with { Rules = [s.Rules[0] with { Min = 6 }] }).ShouldBe("tiers.min rules[0].min");
        Told(s => s with { Rules = [s.Rules[0] with { Min = null }] }).ShouldBe("tiers.min rules[0].min");
        Told(s => s with { Rules = [s.Rules[1] with { Min = 1 }] }).ShouldBe("tiers.min rules[0].min");
        Told(s => s with { Rules = [s.Rules[0] with { Class = null }] }).ShouldBe("tiers.class rules[0].class");
        Told(s => s with { Rules = [s.Rules[4] with { Class = TierClass.Big }] }).ShouldBe("tiers.class rules[0].class");
        Told(s => s with { Rules = [s.Rules[4] with { Attribute = MerchantAttribute.Large }] }).ShouldBe("tiers.demand rules[0]");
        Told(s => s with { Rules = [s.Rules[0], s.Rules[0]] }).ShouldBe("tiers.twice rules");
        Told(s => s with { Rules = [s.Rules[0], s.Rules[1] with { Tier = "bigHotel" }] }).ShouldBe("tiers.tier-unclear ");
        Told(s => s with { KeyTownships = ["6222021234567890128"] }).ShouldBe("tiers.card-in-text keyTownships[0]");
        Told(s => s with { Thresholds = [new("palace", TierGrade.A, 1, 1, 1, "test")] }).ShouldBe("tiers.unknown-for thresholds[0].for");
        Told(s => s with { Thresholds = [new("*", TierGrade.D, 1, 1, 1, "test")] }).ShouldBe("tiers.word thresholds[0].grade");
        Told(s => s with { Thresholds = [new("*", TierGrade.A, 1, 101, 1, "test")] }).ShouldBe("tiers.range thresholds[0].activePercentMin");
        Told(s => s with { Thresholds = [new("*", TierGrade.A, 1, 1, 1, "test"), new("*", TierGrade.B, 2, 1, 1, "test")] })
            .ShouldBe("tiers.threshold-order ");
        Told(s => s with { Hysteresis = new(0, 2, 80, "test") }).ShouldBe("tiers.range hysteresis.promotionMonths");
        Told(s => s with { Effects = [new("bigHotel", null, null, null, false, null, "test")] }).ShouldBe("tiers.effect-empty effects[0]");
        Told(s => s with { Effects = [new("bigHotel", null, null, null, false, "101", "test")] }).ShouldBe("tiers.share effects[0].repaymentSharePercent");
        Told(s => s with { Effects = [new("bigHotel", null, [], null, false, null, "test")] }).ShouldBe("pricing.card-term-missing ");
    }

    private static string Told(Func<TierRuleSet, TierRuleSet> change) =>
        TierRuleSetCheck.Of(change(Rules.Set)) is { } refusal ? $"{refusal.Code} {refusal["at"]}" : "accepted";
}
