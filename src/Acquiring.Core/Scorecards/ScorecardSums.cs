namespace Acquiring.Core.Scorecards;

/// <summary>All measures of one branch and manager, in the order of <see cref="ScorecardMeasure"/>.</summary>
/// <param name="ManagerCode">Empty: nobody was named.</param>
public sealed record ScorecardLine(string BranchCode, string ManagerCode, IReadOnlyList<long> Values);

/// <summary>Adds lines up. Parts sum to the whole by construction: each line is in exactly one part.</summary>
public static class ScorecardSums
{
    public static long[] Of(IEnumerable<ScorecardLine> lines)
    {
        var sums = new long[ScorecardWords.Measures.Count];
        foreach (var line in lines)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += line.Values[i];
            }
        }

        return sums;
    }

    /// <summary>
    /// Which of the branches right below one a branch belongs to; itself where it is the one asked for, <c>null</c> where it is not below it.
    /// </summary>
    /// <param name="top"><c>null</c>: above all.</param>
    /// <param name="parents">Each branch and its parent. A chain longer than there are branches is a circle, and leads nowhere.</param>
    public static string? PartOf(string branch, string? top, IReadOnlyDictionary<string, string?> parents)
    {
        if (branch == top)
        {
            return branch;
        }

        var at = branch;
        for (var steps = 0; steps <= parents.Count; steps++)
        {
            var parent = parents.GetValueOrDefault(at);
            if (parent == top)
            {
                return at;
            }

            if (parent is null)
            {
                return null;
            }

            at = parent;
        }

        return null;
    }
}
