using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>The terms from a monthly volume on. The first step of a term begins at 0.</summary>
public sealed record FeeStep(long FromVolumeFen, FeeTerms Terms);

/// <summary>The price of one way to pay with one kind of card: one step, or several by monthly volume.</summary>
/// <param name="Steps">1 to <see cref="FeePlanDraft.StepsMax"/>, by rising volume.</param>
public sealed record FeeTerm(PayType PayType, CardKind CardKind, IReadOnlyList<FeeStep> Steps)
{
    /// <summary>Which step (from 0) a month's decided volume buys; no decision is a volume of 0.</summary>
    public int StepAt(long volumeFen)
    {
        var step = Steps.Count - 1;
        while (step > 0 && Steps[step].FromVolumeFen > volumeFen)
        {
            step--;
        }

        return step;
    }
}

/// <summary>
/// Names a term and its step in one number that people can read in the journal: 1201 is card (1), credit (2), first step (01).
/// 0 is none: a row from before terms were written down.
/// </summary>
public readonly record struct PlanTerm(short Code)
{
    public static PlanTerm Of(FeeTerm term, int step) =>
        new((short)(((int)term.PayType * 1_000) + ((int)term.CardKind * 100) + step + 1));

    public PayType PayType => (PayType)(Code / 1_000);

    public CardKind CardKind => (CardKind)(Code / 100 % 10);

    /// <summary>From 0.</summary>
    public int Step => (Code % 100) - 1;
}
