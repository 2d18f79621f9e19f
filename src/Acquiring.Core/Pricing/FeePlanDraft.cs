using Acquiring.Core.Clearing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>One step as it is proposed. The fee is the share, half-up to the fen, plus the fixed part; at least the minimum, at most the cap.</summary>
/// <param name="RatePercent">Needed: percent of the amount as text, 0 to 100 with at most five decimals, such as <c>0.60</c>.</param>
/// <param name="FromVolumeFen">The step counts from this decided monthly volume on; 0 for the first.</param>
/// <param name="FixedFen">Added to the share of each sale; 0 to 999999999999.</param>
/// <param name="MinFen">The least that a sale costs; not above the cap.</param>
/// <param name="CapFen">The most that a sale costs; left out is no cap.</param>
public sealed record FeeStepDraft(string? RatePercent, long FromVolumeFen = 0, long FixedFen = 0, long MinFen = 0, long? CapFen = null);

/// <summary>The price of one way to pay with one kind of card.</summary>
/// <param name="PayType"><c>card</c>, <c>qr</c> or <c>wallet</c>.</param>
/// <param name="CardKind"><c>debit</c> or <c>credit</c>.</param>
/// <param name="Steps">1 to 10: the first from a volume of 0 on, the others rising.</param>
public sealed record FeeTermDraft(PayType PayType, CardKind CardKind, IReadOnlyList<FeeStepDraft>? Steps);

/// <summary>Turns a proposal into terms, or says what is wrong with it: the first fault in the order of the proposal.</summary>
public static class FeePlanDraft
{
    public const int StepsMax = 10;
    public const long AmountFenMax = ClearingLine.AmountFenMax;

    public static Result<IReadOnlyList<FeeTerm>> Read(IReadOnlyList<FeeTermDraft>? drafts)
    {
        var terms = new List<FeeTerm>();
        foreach (var draft in drafts ?? [])
        {
            if (draft is null || !Enum.IsDefined(draft.PayType) || !Enum.IsDefined(draft.CardKind))
            {
                return PricingRefusals.UnknownTerm();
            }

            if (terms.Exists(t => t.PayType == draft.PayType && t.CardKind == draft.CardKind))
            {
                return PricingRefusals.TermTwice(NameOf(draft.PayType, draft.CardKind));
            }

            var steps = ReadSteps(draft);
            if (!steps.Accepted(out var read, out var refusal))
            {
                return refusal;
            }

            terms.Add(new(draft.PayType, draft.CardKind, read));
        }

        foreach (var cardKind in (CardKind[])[CardKind.Debit, CardKind.Credit])
        {
            if (!terms.Exists(t => t.PayType == PayType.Card && t.CardKind == cardKind))
            {
                return PricingRefusals.CardTermMissing(NameOf(PayType.Card, cardKind));
            }
        }

        return terms;
    }

    /// <summary>As requests and answers write it; the words never change with the language.</summary>
    public static string NameOf(PayType payType, CardKind cardKind) =>
        $"{payType switch { PayType.Qr => "qr", PayType.Wallet => "wallet", _ => "card" }}/{(cardKind == CardKind.Credit ? "credit" : "debit")}";

    private static Result<IReadOnlyList<FeeStep>> ReadSteps(FeeTermDraft draft)
    {
        var term = NameOf(draft.PayType, draft.CardKind);
        if (draft.Steps is not { Count: >= 1 and <= StepsMax })
        {
            return PricingRefusals.StepCount(term);
        }

        var steps = new List<FeeStep>();
        foreach (var step in draft.Steps)
        {
            if (step is null || !Rate.TryParsePercent(step.RatePercent, out var rate))
            {
                return PricingRefusals.BadRate(term, step?.RatePercent);
            }

            if (FieldOutOfRange(step) is { } field)
            {
                return PricingRefusals.AmountRange(term, field);
            }

            if (step.MinFen > step.CapFen)
            {
                return PricingRefusals.MinimumAboveCap(term);
            }

            if (steps.Count == 0 ? step.FromVolumeFen != 0 : step.FromVolumeFen <= steps[^1].FromVolumeFen)
            {
                return PricingRefusals.StepOrder(term);
            }

            steps.Add(new(step.FromVolumeFen, new(rate, step.CapFen, step.FixedFen, step.MinFen)));
        }

        return steps;
    }

    private static string? FieldOutOfRange(FeeStepDraft step) =>
        IsOut(step.FromVolumeFen) ? "fromVolumeFen"
        : IsOut(step.FixedFen) ? "fixedFen"
        : IsOut(step.MinFen) ? "minFen"
        : IsOut(step.CapFen ?? 0) ? "capFen"
        : null;

    private static bool IsOut(long fen) => fen is < 0 or > AmountFenMax;
}
