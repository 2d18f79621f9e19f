namespace Acquiring.Core.Registry;

/// <summary>Branches report to their parents up to a top; a chain of parents that comes back to its beginning has no top.</summary>
public static class BranchTree
{
    /// <summary>The branches that stand on a cycle themselves, not those below it. Linear in the number of branches.</summary>
    /// <param name="parents">Each branch and its parent; a parent that is no key is a top.</param>
    public static IReadOnlySet<string> OnCycles(IReadOnlyDictionary<string, string?> parents)
    {
        var onCycles = new HashSet<string>(StringComparer.Ordinal);
        var walkOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var walk = 0;
        foreach (var start in parents.Keys)
        {
            walk++;
            var at = start;
            while (at is not null && !walkOf.ContainsKey(at) && parents.TryGetValue(at, out var parent))
            {
                walkOf.Add(at, walk);
                at = parent;
            }

            // Came back into this very walk: the cycle is from here round to here.
            if (at is not null && walkOf.TryGetValue(at, out var seen) && seen == walk)
            {
                for (var member = at; onCycles.Add(member); member = parents[member]!)
                {
                }
            }
        }

        return onCycles;
    }
}
