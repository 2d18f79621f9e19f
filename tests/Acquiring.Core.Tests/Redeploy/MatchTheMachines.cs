using Acquiring.Core.Redeploy;
using Acquiring.Core.Removal;

namespace Acquiring.Core.Tests.Redeploy;

public sealed class MatchTheMachines
{
    [Fact]
    public void The_oldest_order_chooses_first_and_no_machine_goes_twice() => Told(
        [Order(2, "N86"), Order(1, "N86"), Order(3, "N86"), Order(4, "P2")], [Machine("B", "N86"), Machine("A", "N86"), Machine("C", "QR")])
        .ShouldBe("1 A, 2 B");

    [Fact]
    public void Township_goes_before_branch_before_distance_before_hand_before_number()
    {
        var order = new WaitingInstall(1, "N86", "T1", "B1", new(27, 115));
        var machines = new List<IdleMachine>
        {
            new("F", "N86", MachineSource.RemovalOrdered, "T1", "B2", null),
            new("E", "N86", MachineSource.InStock, "T2", "B1", null),
            new("D", "N86", MachineSource.RemovalOrdered, "T2", "B2", new(27.01, 115)),
            new("C", "N86", MachineSource.RemovalOrdered, "T2", "B2", new(27.02, 115)),
            new("B", "N86", MachineSource.InStock, null, null, null),
            new("A", "N86", MachineSource.Recovered, null, null, null),
        };
        var taken = "";
        while (machines.Count > 0)
        {
            var match = MatchMachines.Of([order], machines).Single();
            taken += match.Machine.TerminalNo;
            machines.Remove(match.Machine);
        }

        taken.ShouldBe("FEDCBA");
    }

    [Fact]
    public void No_township_is_not_the_same_township_and_a_distance_needs_both_places()
    {
        var match = MatchMachines.Match(new(1, "N86", "", "B1", new(27, 115)), new("A", "N86", MachineSource.InStock, "", "B2", null));
        (match.SameTownship, match.SameBranch, match.Metres).ShouldBe((false, false, null));
        MatchMachines.Match(new(1, "N86", "", "B1", new(27, 115)), new("A", "N86", MachineSource.RemovalOrdered, null, null, new GeoPosition(27.001, 115))).Metres.ShouldBe(111);
    }

    private static WaitingInstall Order(long id, string model) => new(id, model, "", "B1", null);

    private static IdleMachine Machine(string no, string model) => new(no, model, MachineSource.InStock, null, null, null);

    private static string Told(IEnumerable<WaitingInstall> orders, IEnumerable<IdleMachine> machines) =>
        string.Join(", ", MatchMachines.Of(orders, machines).Select(m => $"{m.Order.WorkOrderId} {m.Machine.TerminalNo}"));
}
