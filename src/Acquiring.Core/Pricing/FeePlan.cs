using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>What one card kind costs: a share of the amount, at most the cap.</summary>
/// <param name="CapFen">The most one transaction costs; <c>null</c> is no cap.</param>
public sealed record FeeTerms(Rate Rate, long? CapFen)
{
    /// <summary>The fee of one sale, rounded half-up per transaction and then capped (domain §3). 0 or more.</summary>
    public long FeeOf(long amountFen)
    {
        var fee = Rate.OfHalfUp(amountFen);
        return CapFen is { } cap && fee > cap ? cap : fee;
    }
}

/// <summary>A merchant's prices from a date on. A change is a new plan; plans are never edited.</summary>
public sealed record FeePlan(int Id, DateOnly EffectiveFrom, FeeTerms Debit, FeeTerms Credit)
{
    public long FeeOf(CardKind cardKind, long amountFen) =>
        (cardKind == CardKind.Credit ? Credit : Debit).FeeOf(amountFen);

    /// <summary>The plan in force on a date: the latest that took effect on or before it. Plans are in order of their date.</summary>
    public static FeePlan? InForce(IReadOnlyList<FeePlan> plans, DateOnly on)
    {
        for (var i = plans.Count - 1; i >= 0; i--)
        {
            if (plans[i].EffectiveFrom <= on)
            {
                return plans[i];
            }
        }

        return null;
    }
}
