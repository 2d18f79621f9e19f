namespace Acquiring.Backend.Tests.Lists;

/// <summary>What a list must answer, worked out row by row over what was seeded: another way to the same answer.</summary>
internal sealed class NaiveLists(ListedBank bank, Dictionary<string, string> asked)
{
    public List<string> Merchants() => Sorted(
        bank.Merchants.Where(m => Common(m.State, m.Branch, m.Mcc, m.Township, m.LastSaleOn, m.LastSaleOn, m.VolumeFen)),
        m => m.No, m => m.Id, m => asked.GetValueOrDefault("sort") switch
        {
            "name" => m.Name,
            "lastActivity" => $"{m.LastSaleOn ?? DateOnly.MinValue:yyyy-MM-dd}",
            "volume" => $"{m.VolumeFen:D15}",
            _ => m.No,
        });

    public List<string> Terminals() => Sorted(
        bank.Terminals.Where(t => Common(
            t.State, t.Merchant?.Branch, t.Merchant?.Mcc, t.Merchant?.Township, t.LastActivityOn,
            t.Merchant is null ? null : t.LastActivityOn ?? t.InstalledOn, t.VolumeFen)),
        t => t.No, t => t.Id, t => asked.GetValueOrDefault("sort") switch
        {
            "serial" => t.Serial,
            "lastActivity" => $"{t.LastActivityOn ?? DateOnly.MinValue:yyyy-MM-dd}",
            "volume" => $"{t.VolumeFen:D15}",
            _ => t.No,
        });

    private List<string> Sorted<T>(IEnumerable<T> rows, Func<T, string> no, Func<T, int> id, Func<T, string> key)
    {
        var list = rows.OrderBy(key, StringComparer.Ordinal).ThenBy(id).Select(no).ToList();
        if (asked.GetValueOrDefault("order") == "desc")
        {
            list.Reverse();
        }

        return list;
    }

    private bool Common(string state, string? branch, string? mcc, string? township, DateOnly? active, DateOnly? idleSince, long volumeFen) =>
        Holds("state", v => v.Split(',').Contains(state))
        && Holds("branch", v => branch is not null && Above(branch).Contains(v))
        && Holds("mcc", v => mcc is not null && v.Split(',').Contains(mcc))
        && Holds("township", v => township is not null && v.Split(',').Contains(township))
        && Holds("lastActivityFrom", v => active >= DateOnly.Parse(v))
        && Holds("lastActivityTo", v => active <= DateOnly.Parse(v))
        && Holds("lastActivity", _ => active is null)
        && Holds("idleMonths", v => idleSince is { } since && since.AddMonths(int.Parse(v)) <= ListedBank.Today)
        && Holds("volumeMinFen", v => volumeFen >= long.Parse(v))
        && Holds("volumeMaxFen", v => volumeFen <= long.Parse(v));

    private bool Holds(string name, Func<string, bool> condition) => !asked.TryGetValue(name, out var value) || condition(value);

    private static IEnumerable<string> Above(string? branch)
    {
        for (; branch is not null; branch = ListedBank.Branches.Single(b => b.Code == branch).Parent)
        {
            yield return branch;
        }
    }
}
