using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Pricing;

public sealed class ChooseATermAndStep
{
    private static readonly FeePlan s_plan = new(
        3, DateOnly.MinValue,
        new(PayType.Card, CardKind.Debit, [new(0, Books.Terms("0.60")), new(1_000_000, Books.Terms("0.50")), new(5_000_000, Books.Terms("0.45"))]),
        new(PayType.Card, CardKind.Credit, [new(0, Books.Terms("0.70"))]),
        new(PayType.Qr, CardKind.Debit, [new(0, Books.Terms("0.38"))]));

    [Theory]
    [InlineData(0, 1101)]
    [InlineData(999_999, 1101)]
    [InlineData(1_000_000, 1102)]
    [InlineData(4_999_999, 1102)]
    [InlineData(5_000_000, 1103)]
    [InlineData(long.MaxValue, 1103)]
    public void The_decided_volume_chooses_the_step(long volumeFen, short planTerm) =>
        Price(volumeFen, PayType.Card, CardKind.Debit).PlanTerm.ShouldBe(planTerm);

    [Fact]
    public void A_way_to_pay_without_a_term_costs_what_its_card_costs()
    {
        Price(0, PayType.Qr, CardKind.Debit).PlanTerm.ShouldBe((short)2101);
        Price(0, PayType.Qr, CardKind.Credit).PlanTerm.ShouldBe((short)1201);
        Price(1_000_000, PayType.Wallet, CardKind.Debit).PlanTerm.ShouldBe((short)1102);
    }

    [Fact]
    public void A_term_number_can_be_read_back()
    {
        var term = new PlanTerm(2103);
        (term.PayType, term.CardKind, term.Step).ShouldBe((PayType.Qr, CardKind.Debit, 2));
    }

    [Fact]
    public void A_month_counts_from_the_8th_of_the_next_on_until_the_next_decision()
    {
        VolumeStepDecision.EffectiveDate(new(2026, 1, 1), 7, pricedThrough: null).ShouldBe(new(2026, 2, 8));
        VolumeStepDecision[] decisions =
        [
            new(new(2026, 1, 1), 5_000_000, new(2026, 2, 8)),
            new(new(2026, 2, 1), 10, new(2026, 3, 8)),
        ];
        VolumeStepDecision.VolumeOn(decisions, new(2026, 2, 7)).ShouldBe(0);
        VolumeStepDecision.VolumeOn(decisions, new(2026, 2, 8)).ShouldBe(5_000_000);
        VolumeStepDecision.VolumeOn(decisions, new(2026, 3, 7)).ShouldBe(5_000_000);
        VolumeStepDecision.VolumeOn(decisions, new(2026, 3, 8)).ShouldBe(10);
        VolumeStepDecision.VolumeOn(decisions, new(2027, 3, 8)).ShouldBe(10);
    }

    [Theory]
    [InlineData("2026-02-07", "2026-02-08")]
    [InlineData("2026-02-08", "2026-02-09")]
    [InlineData("2026-02-20", "2026-02-21")]
    public void A_decision_that_comes_late_touches_no_date_already_priced(string pricedThrough, string effectiveFrom) =>
        VolumeStepDecision.EffectiveDate(new(2026, 1, 1), 7, DateOnly.Parse(pricedThrough)).ShouldBe(DateOnly.Parse(effectiveFrom));

    [Fact]
    public void A_plan_without_a_price_for_a_card_is_a_bug() =>
        Should.Throw<ArgumentException>(() => new FeePlan(1, DateOnly.MinValue, new FeeTerm(PayType.Card, CardKind.Debit, [new(0, Books.Terms("1"))])));

    private static PricedSale Price(long volumeFen, PayType payType, CardKind kind) =>
        SalePrice.Of(s_plan, volumeFen, TariffRule.None, payType, kind, 10_000);
}
