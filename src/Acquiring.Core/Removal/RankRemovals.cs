namespace Acquiring.Core.Removal;

/// <summary>What it costs to leave a machine where it is for a year, and what is lost with it; all in fen.</summary>
/// <param name="RentFen">Of twelve months.</param>
/// <param name="SimFen">Of twelve months.</param>
/// <param name="CommissionFen">Of the last twelve months.</param>
public readonly record struct RemovalBenefit(long RentFen, long SimFen, long CommissionFen)
{
    private const int Months = 12;

    /// <summary>Below zero where the machine earns more than it costs.</summary>
    public long Fen => RentFen + SimFen - CommissionFen;

    public static RemovalBenefit Of(long rentFenPerMonth, long simFenPerMonth, long commissionFen) =>
        new(rentFenPerMonth * Months, simFenPerMonth * Months, commissionFen);
}

/// <param name="Since">The last activity before its silence, or since when its volume is low.</param>
public sealed record RemovalCandidate(string TerminalNo, int MerchantId, DateOnly Since, RemovalBenefit Benefit);

/// <param name="State">Proposed, kept or waiting.</param>
/// <param name="Rank">Of one that waits: from 1.</param>
public sealed record RankedRemoval(RemovalCandidate Candidate, RemovalState State, int? Rank);

/// <summary>Which machines of one branch are proposed on a date.</summary>
public static class RankRemovals
{
    /// <summary>
    /// The greatest benefit first, then the longest since, then the terminal number, so that the same candidates are always ranked the same. Of each
    /// merchant one machine stays: the last of its own in that order, when it has no other. What is beyond the budget waits.
    /// </summary>
    /// <param name="machines">Of each merchant, those that work for it and are on no way out yet; spares not counted.</param>
    /// <param name="budget">What may be proposed yet; none below 0.</param>
    public static IReadOnlyList<RankedRemoval> Of(
        IEnumerable<RemovalCandidate> candidates, IReadOnlyDictionary<int, int> machines, long budget)
    {
        var left = new Dictionary<int, int>();
        var (ranked, rank) = (new List<RankedRemoval>(), 0);
        foreach (var candidate in candidates.OrderByDescending(c => c.Benefit.Fen).ThenBy(c => c.Since).ThenBy(c => c.TerminalNo, StringComparer.Ordinal))
        {
            var others = left.GetValueOrDefault(candidate.MerchantId, machines.GetValueOrDefault(candidate.MerchantId)) - 1;
            if (others <= 0)
            {
                ranked.Add(new(candidate, RemovalState.Kept, null));
                continue;
            }

            left[candidate.MerchantId] = others;
            ranked.Add(budget-- > 0 ? new(candidate, RemovalState.Proposed, null) : new(candidate, RemovalState.Waiting, ++rank));
        }

        return ranked;
    }
}
