using System.Globalization;
using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;

namespace Acquiring.Core.Tests.Tiers;

public sealed class DecideATier
{
    [Theory]
    [InlineData("3", TierOutcome.Tier)]
    [InlineData("2", TierOutcome.None)]
    [InlineData("5", TierOutcome.Tier)]
    public void A_hotel_is_big_from_three_stars_on(string stars, TierOutcome outcome) =>
        Industry(Rules.Facts("7011", "", Rules.Fact(MerchantAttribute.StarRating, stars))).Outcome.ShouldBe(outcome);

    [Fact]
    public void Without_evidence_it_says_what_is_missing_instead_of_guessing() => Industry(Rules.Facts("7011")).Document().ShouldBe(
        """{"outcome":"notEnoughEvidence","mcc":"7011","evidence":[],"missing":[{"tier":"bigHotel","attribute":"starRating"}],"wouldChange":[{"gives":"bigHotel","what":"starRating","needs":">=3"}]}""");

    [Fact]
    public void Evidence_that_it_is_not_so_is_evidence()
    {
        var decision = Industry(Rules.Facts("5814", "", Rules.Fact(MerchantAttribute.Chain, "false", 4), Rules.Fact(MerchantAttribute.Cafe, "false", 5)));
        decision.Document().ShouldBe(
            """{"outcome":"none","mcc":"5814","evidence":[{"attribute":"cafe","no":5,"value":"false"},{"attribute":"chain","no":4,"value":"false"}],"missing":[],"wouldChange":[{"gives":"smallCafe","what":"cafe","needs":"true"},{"gives":"smallFastFood","what":"chain","needs":"true"}]}""");
    }

    [Fact]
    public void Of_two_tiers_that_fit_one_mcc_the_first_met_counts_and_the_other_is_a_lever()
    {
        var chain = Rules.Fact(MerchantAttribute.Chain, "true", 2, new DateOnly(2027, 1, 1));
        Industry(Rules.Facts("5814", "", chain)).Document().ShouldBe(
            """{"outcome":"tier","tier":"smallFastFood","rule":"fastFood","mcc":"5814","evidence":[{"attribute":"chain","no":2,"value":"true"}],"missing":[],"wouldChange":[{"gives":"smallCafe","what":"cafe","needs":"true"},{"what":"mcc"},{"what":"chain","needs":"true","endsOn":"2027-01-01"}]}""");
        Industry(Rules.Facts("5814", "", chain, Rules.Fact(MerchantAttribute.Cafe, "true", 3))).Tier.ShouldBe("smallCafe");
        Industry(Rules.Facts("5814", "", Rules.Fact(MerchantAttribute.Chain, "false"))).Missing.Select(m => m.Tier).ShouldBe(["smallCafe"]);
    }

    [Fact]
    public void A_trade_of_no_tier_is_in_none() => Industry(Rules.Facts("8062")).Document().ShouldBe(
        """{"outcome":"none","mcc":"8062","evidence":[],"missing":[],"wouldChange":[{"what":"mcc"}]}""");

    [Theory]
    [InlineData("5331", "九堡镇", TierOutcome.Tier)]
    [InlineData("5331", "沙河镇", TierOutcome.None)]
    [InlineData("5331", "", TierOutcome.NotEnoughEvidence)]
    [InlineData("8062", "九堡镇", TierOutcome.None)]
    public void A_rural_merchant_has_its_trade_and_its_township_on_the_lists(string mcc, string township, TierOutcome outcome) =>
        DecideTiers.Of(Rules.Set, Rules.Facts(mcc, township), TierDimension.Rural).Outcome.ShouldBe(outcome);

    [Fact]
    public void A_township_may_be_evidenced_and_an_empty_list_knows_none()
    {
        var evidenced = Rules.Facts("5331", "沙河镇", Rules.Fact(MerchantAttribute.TownshipOnKeyList, "沙河镇", 7));
        DecideTiers.Of(Rules.Set, evidenced, TierDimension.Rural).Document().ShouldBe(
            """{"outcome":"tier","tier":"rural","rule":"rural","mcc":"5331","evidence":[{"attribute":"townshipOnKeyList","no":7,"value":"沙河镇"}],"missing":[],"wouldChange":[{"what":"mcc"},{"what":"townshipOnKeyList","needs":"named"}]}""");
        DecideTiers.Of(Rules.Set with { KeyTownships = [] }, Rules.Facts("5331", "沙河镇"), TierDimension.Rural).Outcome.ShouldBe(TierOutcome.NotEnoughEvidence);
    }

    [Fact]
    public void Groups_are_lists_that_somebody_made_or_those_a_rule_names()
    {
        var facts = new TierFacts("8062", "", [], [new("chain1", IsNamed: false), new("list1", IsNamed: true), new("vip", IsNamed: false)]);
        DecideTiers.Of(Rules.Set, facts, TierDimension.NamedGroup).Document().ShouldBe(
            """{"outcome":"tier","tier":"named","rule":"named","mcc":"8062","evidence":[{"group":"list1"},{"group":"vip"}],"missing":[],"wouldChange":[{"what":"mcc"},{"what":"group","needs":"*,vip"}]}""");
        DecideTiers.Of(Rules.Set, facts with { Groups = [new("chain1", false)] }, TierDimension.NamedGroup).Outcome.ShouldBe(TierOutcome.None);
    }

    [Fact]
    public void The_answer_is_the_same_text_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
            Industry(Rules.Facts("7011", "", Rules.Fact(MerchantAttribute.StarRating, "4", 12, new DateOnly(2027, 2, 28)))).Document()
                .ShouldEndWith(""","wouldChange":[{"what":"mcc"},{"what":"starRating","needs":">=3","endsOn":"2027-02-28"}]}""");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TierDecision Industry(TierFacts facts) => DecideTiers.Of(Rules.Set, facts, TierDimension.Industry);
}
