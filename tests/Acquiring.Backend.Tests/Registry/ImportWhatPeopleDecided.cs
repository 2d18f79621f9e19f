using Acquiring.Backend.Registry.Import;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Terminals;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

/// <summary>An import does not undo what people decided about a machine; it says where it disagrees.</summary>
public sealed class ImportWhatPeopleDecided(TestCluster cluster)
{
    [Fact]
    public async Task A_moved_machine_stays_moved_and_the_row_is_told_while_its_activity_moves_on()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        (await desk.GoodAsync()).Kept.ShouldBeEmpty();
        await TakeAsync(desk, "10000001", TerminalAct.Move, 1, address: "三号");
        var report = await desk.RunAsync(RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
            + "10000001,102360000000002,N1,N86,2024-01-02,2026-08-31,false,一号\n"
            + "10000002,102360000000002,N2,N86,2024-01-02,,true,四号\n"));
        var kept = report.Kept.Single();
        $"{kept.Row} {kept.Code} {kept.Found} {string.Join(' ', kept.Details.Select(d => d.Value))}".ShouldBe(
            "2 registry.terminal-decided 10000001 merchant_no, installation_address 2026-11-21");
        report.TerminalsRebound.ShouldBe(0);
        (await desk.RowsAsync(
            "select concat_ws('|', terminal_no, merchant_no, installation_address, known_activity_on) from terminal join terminal_binding b using (terminal_id) "
            + "join merchant using (merchant_id) where b.valid_to = 'infinity' order by 1")).ShouldBe(
            ["10000001|102360000000001|三号|2026-08-31", "10000002|102360000000002|四号"]);

        // The base is no change; what people moved and what the import moved are one each.
        (await desk.RowsAsync("select terminal_no || ' ' || binding_change.kind || ' ' || items::text from binding_change join terminal using (terminal_id) order by 1"))
            .ShouldBe(["10000001 changed {installationAddress}", "10000002 changed {installationAddress}"]);

        // The same again changes nothing and says the same.
        var before = await desk.WholeDatabaseAsync();
        var again = await desk.RunAsync(RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
            + "10000001,102360000000002,N1,N86,2024-01-02,2026-08-31,false,一号\n"
            + "10000002,102360000000002,N2,N86,2024-01-02,,true,四号\n"));
        again.Kept.Count.ShouldBe(1);
        (await desk.WholeDatabaseAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_recovered_machine_is_not_bound_again_by_an_old_file()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await TakeAsync(desk, "10000002", TerminalAct.Recover, 1, TerminalReason.Returned);
        var report = await desk.GoodAsync();
        report.Kept.Select(k => k.Details[0].Value).ShouldBe(["merchant_no, spare"]);
        (await desk.RowsAsync("select terminal_no from terminal join terminal_binding using (terminal_id) where valid_to = 'infinity'")).ShouldBe(["10000001"]);
        (await desk.RowsAsync("select state from terminal where terminal_no = '10000002'")).ShouldBe(["recovered"]);
    }

    [Fact]
    public async Task The_file_that_still_has_a_closed_merchant_is_taken_and_only_a_new_machine_of_it_is_bad()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await TakeAsync(desk, "10000002", TerminalAct.Recover, 1, TerminalReason.Returned);
        await desk.RowsAsync("update merchant set state = 'closed' where merchant_no = '102360000000002' returning '1'");
        (await desk.GoodAsync()).Outcome.ShouldBe(RegistryImportOutcome.Applied);
        var report = await desk.RunAsync(RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
            + "10000002,102360000000002,N2,N86,2024-01-02,,true,二号\n10000003,102360000000002,N3,N86,2024-01-02,,false,三号\n"));
        report.Errors.Select(e => $"{e.Row} {e.Code}").ShouldBe(["3 registry.merchant-closed"]);
    }

    [Fact]
    public async Task Two_machines_that_change_places_in_one_import_are_two_changes()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RunAsync(RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
            + "10000001,102360000000001,N2,N86,2024-01-02,2026-07-31,false,一号\n"
            + "10000002,102360000000002,N1,N86,2024-01-02,,true,二号\n"));
        (await desk.RowsAsync("select serial_no || ' ' || kind || ' ' || items::text from binding_change join binding_version using (binding_version_id) order by 1"))
            .ShouldBe(["N1 changed {serialNo}", "N2 changed {serialNo}"]);
    }

    private static async Task TakeAsync(
        RegistryDesk desk, string no, TerminalAct act, int version, TerminalReason? reason = null, string address = "") =>
        (await new TakeTerminalStep(desk.DataSource, desk.Changes, desk.Clock).RunAsync(
            no, new(act, version, "", "tester", Reason: reason, Address: address), CancellationToken.None)).IsRefused.ShouldBeFalse();
}
