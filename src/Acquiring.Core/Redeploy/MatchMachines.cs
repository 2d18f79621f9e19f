using Acquiring.Core.Removal;

namespace Acquiring.Core.Redeploy;

/// <summary>Where a machine for the next merchant is now; the nearer to hand the earlier.</summary>
public enum MachineSource
{
    InStock = 1,

    /// <summary>Fetched, and to be looked at.</summary>
    Recovered,

    /// <summary>To be fetched.</summary>
    RemovalOrdered,
}

/// <summary>A machine that may go to another merchant.</summary>
/// <param name="Township">Of the merchant it works or worked for last; <c>null</c> for nobody.</param>
/// <param name="Branch">Likewise.</param>
/// <param name="Position">Of the premises it is fetched from, where it is known.</param>
public sealed record IdleMachine(string TerminalNo, string Model, MachineSource Source, string? Township, string? Branch, GeoPosition? Position);

/// <summary>An installation that waits for a machine.</summary>
public sealed record WaitingInstall(long WorkOrderId, string Model, string Township, string Branch, GeoPosition? Position);

/// <param name="Metres"><c>null</c> where either position is unknown.</param>
public sealed record MachineMatch(WaitingInstall Order, IdleMachine Machine, bool SameTownship, bool SameBranch, int? Metres);

/// <summary>
/// Which machine goes to which order. The oldest order chooses first; of the machines of its model (a model is what decides SIM and communication) the
/// one in its township, else of its branch, else the nearest, else the one nearest to hand, else the lowest number. No machine goes twice.
/// </summary>
public static class MatchMachines
{
    public static IReadOnlyList<MachineMatch> Of(IEnumerable<WaitingInstall> orders, IEnumerable<IdleMachine> machines)
    {
        var free = machines.GroupBy(m => m.Model, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        var matches = new List<MachineMatch>();
        foreach (var order in orders.OrderBy(o => o.WorkOrderId))
        {
            if (!free.TryGetValue(order.Model, out var some) || some.Count == 0)
            {
                continue;
            }

            var best = some.Select(m => Match(order, m)).Min(Comparer<MachineMatch>.Create(Compare))!;
            some.Remove(best.Machine);
            matches.Add(best);
        }

        return matches;
    }

    /// <summary>How an order and a machine suit each other.</summary>
    public static MachineMatch Match(WaitingInstall order, IdleMachine machine) => new(
        order, machine, order.Township.Length > 0 && order.Township == machine.Township, order.Branch == machine.Branch,
        order.Position is { } to && machine.Position is { } from ? from.MetresTo(to) : null);

    private static int Compare(MachineMatch a, MachineMatch b)
    {
        (int, int, int, int) Key(MachineMatch m) => (m.SameTownship ? 0 : 1, m.SameBranch ? 0 : 1, m.Metres ?? int.MaxValue, (int)m.Machine.Source);
        var by = Key(a).CompareTo(Key(b));
        return by != 0 ? by : string.CompareOrdinal(a.Machine.TerminalNo, b.Machine.TerminalNo);
    }
}
