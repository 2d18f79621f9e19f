using Acquiring.Core.Clearing;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Acquiring.Core.Tests.Pricing;

public sealed class SplitASale
{
    private static readonly Gen<(FeeTerms Terms, TariffRule Rule, long AmountFen)> Cases =
        from rate in Gen.Choose(0, 1_000_000)
        from fixedFen in Gen.Choose(0, 500)
        from min in Gen.Choose(0, 500)
        from cap in Gen.OneOf(Gen.Constant<long?>(null), Gen.Choose(500, 10_000).Select(c => (long?)c))
        from rule in Gen.Elements<TariffRule>([TariffRule.None, .. Books.Of2013.Rules, .. Books.Of2016.Rules, .. Books.Of2021.Rules])
        from amount in Gen.OneOf(Gen.Elements(1L, ClearingLine.AmountFenMax), Gen.Choose(1, 100_000_000).Select(n => (long)n))
        select (new FeeTerms(new Rate(rate), cap, fixedFen, min), rule, amount);

    [Fact]
    public void The_parts_sum_to_the_fee() => ForAll(c =>
    {
        var sale = Price(c);
        return sale.IssuerFeeFen + sale.NetworkFeeFen + sale.AcquirerFeeFen == sale.FeeFen;
    });

    [Fact]
    public void The_fee_is_the_naive_sum_of_decimals_rounded_half_up() => ForAll(c =>
    {
        var share = decimal.Floor((c.AmountFen * (decimal)c.Terms.Rate.PerTenMillion / 10_000_000m) + 0.5m);
        var fee = Math.Max(share + c.Terms.FixedFen, c.Terms.MinFen);
        return Price(c).FeeFen == (c.Terms.CapFen is { } cap ? Math.Min(fee, cap) : fee);
    });

    [Fact]
    public void A_larger_sale_never_costs_less() => ForAll(c =>
    {
        var (small, large) = (Price(c).Parts, Price(c with { AmountFen = c.AmountFen + 1 }).Parts);
        return large.FeeFen >= small.FeeFen && large.IssuerFeeFen >= small.IssuerFeeFen && large.NetworkFeeFen >= small.NetworkFeeFen;
    });

    [Fact]
    public void A_sale_with_its_full_reversal_leaves_nothing() => ForAll(c =>
    {
        var sale = Price(c).Parts;
        ReturnedPart reversal = new(new(2026, 11, 20), 1, 2, 1, TransactionKind.Reversal, c.AmountFen);
        return sale - GiveBack.PartsOf(c.AmountFen, sale, [reversal])[0] == default;
    });

    private static PricedSale Price((FeeTerms Terms, TariffRule Rule, long AmountFen) c) =>
        SalePrice.Of(FeePlan.Simple(1, DateOnly.MinValue, c.Terms, c.Terms), 0, c.Rule, PayType.Card, CardKind.Debit, c.AmountFen);

    private static void ForAll(Func<(FeeTerms Terms, TariffRule Rule, long AmountFen), bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Cases.ToArbitrary(), property));
}
