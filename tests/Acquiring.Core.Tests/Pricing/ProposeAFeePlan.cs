using Acquiring.Core.Pricing;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Pricing;

public sealed class ProposeAFeePlan
{
    private static readonly FeeTermDraft s_credit = new(PayType.Card, CardKind.Credit, [new("0.60")]);

    [Fact]
    public void A_good_proposal_becomes_terms()
    {
        var terms = FeePlanDraft.Read([Debit(new("0.55", MinFen: 10, CapFen: 2_000), new("0.45", FromVolumeFen: 1, FixedFen: 5)), s_credit]).Value;
        terms[0].Steps.Select(s => (s.FromVolumeFen, s.Terms)).ShouldBe([(0, new(new Rate(55_000), 2_000, 0, 10)), (1, new(new Rate(45_000), null, 5))]);
    }

    public static TheoryData<string, FeeTermDraft[]> Bad => new()
    {
        { "pricing.card-term-missing", [] },
        { "pricing.card-term-missing", [s_credit] },
        { "pricing.unknown-term", [new(default, CardKind.Debit, [new("0.60")]), s_credit] },
        { "pricing.term-twice", [s_credit, s_credit] },
        { "pricing.step-count", [Debit(), s_credit] },
        { "pricing.step-count", [Debit([.. Enumerable.Range(0, 11).Select(i => new FeeStepDraft("0.60", i))]), s_credit] },
        { "pricing.step-order", [Debit(new FeeStepDraft("0.60", 1)), s_credit] },
        { "pricing.step-order", [Debit(new("0.60"), new("0.50", 5), new("0.40", 5)), s_credit] },
        { "pricing.bad-rate", [Debit(new FeeStepDraft("0.0292501")), s_credit] },
        { "pricing.bad-rate", [Debit(new FeeStepDraft(null)), s_credit] },
        { "pricing.bad-rate", [Debit(new FeeStepDraft("100.00001")), s_credit] },
        { "pricing.amount-range", [Debit(new FeeStepDraft("0.60", MinFen: -1)), s_credit] },
        { "pricing.amount-range", [Debit(new FeeStepDraft("0.60", CapFen: 1_000_000_000_000)), s_credit] },
        { "pricing.minimum-above-cap", [Debit(new FeeStepDraft("0.60", MinFen: 11, CapFen: 10)), s_credit] },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void A_bad_one_is_refused_with_its_cure_in_both_languages(string code, FeeTermDraft[] drafts)
    {
        var refusal = FeePlanDraft.Read(drafts).Refusal!;
        refusal.Code.ShouldBe(code);
        var texts = new TextCatalog(typeof(FeePlan).Assembly);
        texts.Text(refusal, TextCatalog.English).ShouldNotContain("{");
        texts.Text(refusal, TextCatalog.Chinese).ShouldNotContain("{");
    }

    private static FeeTermDraft Debit(params FeeStepDraft[] steps) => new(PayType.Card, CardKind.Debit, steps);
}
