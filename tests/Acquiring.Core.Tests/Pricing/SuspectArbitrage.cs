using Acquiring.Core.Pricing;

namespace Acquiring.Core.Tests.Pricing;

public sealed class SuspectArbitrage
{
    private static readonly SalesPattern s_nothing = new(100, 20_000_00, 50, 30, 0);

    [Theory]
    [InlineData("5411", "赣南客家饭店", "5812")]
    [InlineData("5411", "美家便利店", "5331")]
    [InlineData("8398", "好运来酒楼", "5812")]
    public void A_name_that_speaks_of_another_trade_is_evidence(string mcc, string name, string suspected)
    {
        var suspicion = MccArbitrage.Judge(mcc, false, name, s_nothing, new())!;
        (suspicion.CodedAs, suspicion.SuspectedMcc).ShouldBe((mcc, suspected));
        suspicion.Evidence.Single().Code.ShouldBe("pricing.evidence.name");
    }

    [Fact]
    public void A_car_dealer_coded_as_wholesale_shows_in_name_or_ticket()
    {
        MccArbitrage.Judge("5039", true, "赣州某某汽车销售", s_nothing, new())!.SuspectedMcc.ShouldBe("5511");
        MccArbitrage.Judge("5039", true, "赣州某某贸易", new(2, 300_000_00, 0, 0, 160_000_00), new())!.Evidence.Single().Details[0].Value.ShouldBe("53");
        MccArbitrage.Judge("5039", false, "赣州某某汽车销售", s_nothing, new()).ShouldBeNull();
    }

    [Theory]
    // 90 of 100 sales below 100.00, on average 50.00.
    [InlineData(29, 29, 29 * 5_000, false)]
    [InlineData(30, 30, 30 * 5_000, true)]
    [InlineData(100, 89, 100 * 5_000, false)]
    [InlineData(100, 90, 100 * 5_000, true)]
    [InlineData(100, 90, 100 * 5_001, false)]
    public void Small_tickets_of_a_supermarket_suggest_a_convenience_store(long sales, long small, long grossFen, bool suspect) =>
        (MccArbitrage.Judge("5411", false, "某某商行", new(sales, grossFen, small, 0, 0), new()) is { SuspectedMcc: "5331" }).ShouldBe(suspect);

    [Theory]
    [InlineData(69, 3_000, false)]
    [InlineData(70, 3_000, true)]
    [InlineData(70, 2_999, false)]
    public void Meal_hours_of_a_supermarket_suggest_a_restaurant(long atMealtimes, long averageFen, bool suspect) =>
        (MccArbitrage.Judge("5411", false, "某某商行", new(100, 100 * averageFen, 0, atMealtimes, 0), new()) is { SuspectedMcc: "5812" }).ShouldBe(suspect);

    [Fact]
    public void Without_evidence_nobody_is_suspected()
    {
        MccArbitrage.Judge("5411", false, "某某超市", s_nothing, new()).ShouldBeNull();
        MccArbitrage.Judge("5411", false, "某某超市", default, new()).ShouldBeNull();
        MccArbitrage.Judge("5812", false, "某某饭店", s_nothing, new()).ShouldBeNull();
    }
}
