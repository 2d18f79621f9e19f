using Acquiring.Core.Refusals;

namespace Acquiring.Core.Pricing;

/// <summary>Why a proposed plan is none. A term is named as people write it: <c>card/debit</c>.</summary>
public static class PricingRefusals
{
    public static Refusal CardTermMissing(string term) => Refusal.Of(RefusalKind.Invalid, "pricing.card-term-missing", new Detail("term", term));

    public static Refusal UnknownTerm() => Refusal.Of(RefusalKind.Invalid, "pricing.unknown-term");

    public static Refusal TermTwice(string term) => Refusal.Of(RefusalKind.Invalid, "pricing.term-twice", new Detail("term", term));

    public static Refusal StepCount(string term) =>
        Refusal.Of(RefusalKind.Invalid, "pricing.step-count", new Detail("term", term), new Detail("max", $"{FeePlanDraft.StepsMax}"));

    public static Refusal StepOrder(string term) => Refusal.Of(RefusalKind.Invalid, "pricing.step-order", new Detail("term", term));

    public static Refusal BadRate(string term, string? found) =>
        Refusal.Of(RefusalKind.Invalid, "pricing.bad-rate", new Detail("term", term), new Detail("value", found ?? ""));

    public static Refusal AmountRange(string term, string field) => Refusal.Of(
        RefusalKind.Invalid, "pricing.amount-range",
        new Detail("term", term), new Detail("field", field), new Detail("max", $"{FeePlanDraft.AmountFenMax}"));

    public static Refusal MinimumAboveCap(string term) => Refusal.Of(RefusalKind.Invalid, "pricing.minimum-above-cap", new Detail("term", term));
}
