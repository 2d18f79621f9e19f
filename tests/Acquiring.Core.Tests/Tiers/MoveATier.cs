using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;

namespace Acquiring.Core.Tests.Tiers;

public sealed class MoveATier
{
    private static readonly DateOnly s_day = new(2026, 11, 22);

    [Fact]
    public void None_is_written_of_the_industry_only()
    {
        var none = Present(Rules.Facts("8062"));
        TierChange.Of(TierDimension.Industry, null, none)!.Move.ShouldBe(TierMove.First);
        TierChange.Of(TierDimension.Rural, null, none).ShouldBeNull();
        TierChange.Of(TierDimension.Rural, null, Present(Rules.Facts("7011")))!.Move.ShouldBe(TierMove.First);
    }

    [Fact]
    public void The_same_answer_for_the_same_reason_is_no_change_whatever_version_of_the_rules_gives_it()
    {
        var present = Present(Rules.Facts("5331"));
        TierChange.Of(TierDimension.Industry, present, present with { RuleSetVersion = 9 }).ShouldBeNull();
    }

    [Fact]
    public void It_says_what_moved_it()
    {
        var hotel = Present(Rules.Facts("7011", "", Rules.Fact(MerchantAttribute.StarRating, "3")));
        var unproven = Present(Rules.Facts("7011"));
        var shop = Present(Rules.Facts("5331"));
        Told(unproven, hotel).ShouldBe("Promotion Attribute");
        Told(hotel, unproven).ShouldBe("Lost Attribute");
        Told(hotel, shop).ShouldBe("Demotion Mcc, Attribute");
        Told(shop, hotel).ShouldBe("Promotion Mcc, Attribute");
        Told(hotel, Present(Rules.Facts("7011", "", Rules.Fact(MerchantAttribute.StarRating, "4", 5)))).ShouldBe("Changed Attribute");
        Told(unproven, hotel with { RuleSetVersion = 2 }).ShouldBe("Promotion Attribute, RuleSet");
        Told(shop, shop with { Document = shop.Document.Replace("convenience", "shop", StringComparison.Ordinal) }).ShouldBe("Changed RuleSet");
    }

    [Fact]
    public void Grades_move_it_too()
    {
        var hotel = Present(Rules.Facts("7011", "", Rules.Fact(MerchantAttribute.StarRating, "3")));
        Told(hotel, hotel with { Grade = TierGrade.B }).ShouldBe("Changed FirstGrade");
        Told(hotel with { Grade = TierGrade.B }, hotel with { Grade = TierGrade.A }).ShouldBe("Promotion ActivityUp");
        Told(hotel with { Grade = TierGrade.B }, hotel with { Grade = TierGrade.D }).ShouldBe("Demotion ActivityDown");
        TierChange.Of(TierDimension.Industry, null, hotel with { Grade = TierGrade.B })!.Reasons.ShouldBe([TierReason.First, TierReason.FirstGrade]);
    }

    private static string Told(PresentTier before, PresentTier after) =>
        TierChange.Of(TierDimension.Industry, before, after) is { } change ? $"{change.Move} {string.Join(", ", change.Reasons)}" : "-";

    private static PresentTier Present(TierFacts facts)
    {
        var decision = DecideTiers.Of(Rules.Set, facts, facts.Groups.Count > 0 ? TierDimension.NamedGroup : TierDimension.Industry);
        return new(decision.Outcome, decision.Tier, decision.Class, null, s_day, 1, decision.Document());
    }
}
