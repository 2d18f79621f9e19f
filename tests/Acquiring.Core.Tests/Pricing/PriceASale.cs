using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Pricing;

public sealed class PriceASale(ITestOutputHelper output)
{
    [Fact]
    public void A_credit_sale_of_10000_yuan_costs_48_25_before_the_acquirer_earns_anything()
    {
        // 45.00 = 0.45 % uncapped; 3.25 = 0.0325 % of one side, which is also its cap. 60.00 - 48.25 = 11.75.
        var sale = Price("5311", new(2026, 11, 20), CardKind.Credit, 1_000_000);
        sale.Parts.ShouldBe(new FeeParts(6_000, 4_500, 325));
        sale.AcquirerFeeFen.ShouldBe(1_175);
        sale.TariffRuleId.ShouldBe((short)302);
        sale.PlanTerm.ShouldBe((short)1201);
        sale.FeePlanId.ShouldBe(7);
    }

    [Fact]
    public void A_rate_below_cost_is_a_negative_margin()
    {
        var sale = Price("5311", new(2026, 11, 20), CardKind.Credit, 1_000_000, Books.Plan(creditPercent: "0.38"));
        sale.AcquirerFeeFen.ShouldBe(3_800 - 4_825);
    }

    [Fact]
    public void The_tariff_of_2013_splits_by_the_trade_of_the_merchant()
    {
        // 1,000.00 at 1.25 %: 12.50 = 9.00 + 1.30 + 2.20.
        Price("5812", new(2013, 2, 25), CardKind.Credit, 100_000, Books.Plan("1.25", "1.25")).Parts.ShouldBe(new FeeParts(1_250, 900, 130));
        // 10,000.00 of a car: capped at 80.00 = 60.00 + 10.00 + 10.00.
        var car = FeePlan.Simple(1, DateOnly.MinValue, Books.Terms("1.25", 8_000), Books.Terms("1.25", 8_000));
        Price("5511", new(2014, 1, 1), CardKind.Debit, 1_000_000, car).Parts.ShouldBe(new FeeParts(8_000, 6_000, 1_000));
        // 10,000.00 wholesale: capped at 26.00 = 20.00 + 2.50 + 3.50.
        var wholesale = FeePlan.Simple(1, DateOnly.MinValue, Books.Terms("0.78", 2_600), Books.Terms("0.78", 2_600));
        Price("5039", new(2014, 1, 1), CardKind.Debit, 1_000_000, wholesale).Parts.ShouldBe(new FeeParts(2_600, 2_000, 250));
        // An MCC the list does not name is general: 0.55 % and 0.08 %.
        Price("9999", new(2014, 1, 1), CardKind.Debit, 100_000, Books.Plan("0.78")).Parts.ShouldBe(new FeeParts(780, 550, 80));
    }

    [Fact]
    public void The_tariff_changes_on_its_first_day()
    {
        Price("5311", new(2016, 9, 5), CardKind.Debit, 100_000).TariffRuleId.ShouldBe((short)103);
        Price("5311", new(2016, 9, 6), CardKind.Debit, 100_000).TariffRuleId.ShouldBe((short)201);
        Price("5311", new(2021, 9, 29), CardKind.Debit, 1_000_000).Parts.ShouldBe(new FeeParts(6_000, 1_300, 325));
        // 90 %: 1,000.00 x 0.315 % = 3.15; x 0.02925 % = 0.2925.
        Price("5311", new(2021, 9, 30), CardKind.Debit, 100_000).Parts.ShouldBe(new FeeParts(600, 315, 29));
    }

    [Fact]
    public void A_class_changes_on_its_date_within_a_tariff()
    {
        Price("5411", new(2021, 12, 31), CardKind.Debit, 100_000).TariffRuleId.ShouldBe((short)301);
        Price("5411", new(2022, 1, 1), CardKind.Debit, 100_000).TariffRuleId.ShouldBe((short)303);
    }

    [Fact]
    public void Before_the_first_tariff_no_part_is_known()
    {
        var sale = Price("5812", new(2013, 2, 24), CardKind.Credit, 100_000);
        sale.Parts.ShouldBe(new FeeParts(600, 0, 0));
        sale.TariffRuleId.ShouldBe((short)0);
    }

    [Fact]
    public void One_tariff_can_be_looked_at_as_if_it_had_always_been_in_force()
    {
        var rule = Books.All.Always(Books.Of2021).For("5311").RuleOn(new(1999, 1, 1), CardKind.Debit);
        rule.Id.ShouldBe((short)301);
    }

    [Theory]
    // 0.02925 % of 17.09 yuan is 0.49988 fen, of 17.10 it is 0.50018.
    [InlineData(1_709, 0)]
    [InlineData(1_710, 1)]
    public void A_rate_of_0_02925_percent_is_exact(long amountFen, long networkFen) =>
        new Rate(2_925).OfHalfUp(amountFen).ShouldBe(networkFen);

    [Theory]
    // 0.60 % of 0.83 is 0.498 fen, of 0.84 it is 0.504; 0.50 % of 1.00 is half a fen, which rounds up.
    [InlineData("0.60", 83, 0)]
    [InlineData("0.60", 84, 1)]
    [InlineData("0.50", 99, 0)]
    [InlineData("0.50", 100, 1)]
    [InlineData("0.50", 300, 2)]
    public void A_fee_is_rounded_half_up_for_each_sale(string percent, long amountFen, long feeFen) =>
        Books.Terms(percent).FeeOf(amountFen).ShouldBe(feeFen);

    [Theory]
    // 0.50 % + 0.10, at least 0.30, at most 2.00.
    [InlineData(3_900, 30)]
    [InlineData(4_000, 30)]
    [InlineData(4_100, 31)]
    [InlineData(37_900, 200)]
    [InlineData(38_000, 200)]
    [InlineData(38_100, 200)]
    public void Fixed_part_then_minimum_then_cap(long amountFen, long feeFen) =>
        Books.Terms("0.50", capFen: 200, fixedFen: 10, minFen: 30).FeeOf(amountFen).ShouldBe(feeFen);

    [Fact]
    public void At_64_bits_it_refuses_instead_of_wrapping()
    {
        new Rate(Rate.Whole).OfHalfUp(long.MaxValue).ShouldBe(long.MaxValue);
        Should.Throw<OverflowException>(() => Books.Terms("100", fixedFen: 1).FeeOf(long.MaxValue));
        Books.Terms("100", fixedFen: 1).FeeOf(long.MaxValue - 1).ShouldBe(long.MaxValue);
        Should.Throw<ArgumentOutOfRangeException>(() => new Rate(1).OfHalfUp(-1));
    }

    [Theory]
    [InlineData(999_999_999_999)]
    [InlineData(1_000_000_000_000)]
    [InlineData(1_000_000_000_001)]
    public void The_fast_way_and_the_wide_way_agree_where_they_meet(long amountFen)
    {
        foreach (var rate in (long[])[0, 1, 2_925, 60_000, Rate.Whole - 1, Rate.Whole])
        {
            new Rate(rate).OfHalfUp(amountFen).ShouldBe(HalfUp.Divide((Int128)amountFen * rate, Rate.Whole));
        }
    }

    [Fact]
    public void Pricing_allocates_nothing()
    {
        var tariff = Books.All.For("5311");
        var plan = Books.Plan();
        long sum = 0;
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                var date = new DateOnly(2026, 11, 20);
                sum += SalePrice.Of(plan, 0, tariff.RuleOn(date, CardKind.Credit), PayType.Card, CardKind.Credit, 100 + i).FeeFen;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(100_000);
        var begun = TimeProvider.System.GetTimestamp();
        Run(1_000_000).ShouldBe(0);
        output.WriteLine($"{TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds / 1_000_000:F0} ns a sale");
        sum.ShouldBeGreaterThan(0);
    }

    private static PricedSale Price(string mcc, DateOnly date, CardKind kind, long amountFen, FeePlan? plan = null) =>
        SalePrice.Of(plan ?? Books.Plan(), 0, Books.All.For(mcc).RuleOn(date, kind), PayType.Card, kind, amountFen);
}
