using Acquiring.Backend.Registry.Import;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Registry;

/// <summary>Today is 2026-11-21 (RegistryDesk); the good rows have been imported before.</summary>
public class ImportChangedRows(TestCluster cluster)
{
    private static string Merchants(string from, string to) => RegistryDesk.GoodMerchants.Replace(from, to, StringComparison.Ordinal);

    private static string Terminals(string from, string to) => RegistryDesk.GoodTerminals.Replace(from, to, StringComparison.Ordinal);

    [Fact]
    public async Task A_changed_record_gets_a_new_version_and_its_neighbour_none()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        desk.Clock.Advance(TimeSpan.FromHours(1));
        var report = await desk.RunAsync(RegistryDesk.Files(
            RegistryDesk.GoodBranches.Replace("一支行", "第一支行", StringComparison.Ordinal),
            Merchants("1510217421809679290", "1510217421809679291"), Terminals("一号", "十一号")));

        report.Files.Select(f => (f.Changed, f.Unchanged)).ShouldBe([(1, 1), (1, 1), (1, 1)]);
        (await desk.RowsAsync("select version || ' ' || branch_code from branch order by branch_code")).ShouldBe(["1 B0", "2 B1"]);
        (await desk.RowsAsync("select version || ' ' || changed_at::text from merchant order by merchant_no")).ShouldBe(
            await desk.RowsAsync("select version || ' ' || changed_at::text from terminal order by terminal_no"));
        (await desk.RowsAsync("select version::text from terminal order by terminal_no")).ShouldBe(["2", "1"]);
        (await desk.RowsAsync("select act || ' ' || actor from audit_entry")).ShouldBe(["registry.import tester", "registry.import tester"]);
        desk.Changes.Current.ShouldBe(2);
    }

    /// <summary>The file says where a merchant is; in whose hands it comes, and when, was decided by a person.</summary>
    [Fact]
    public async Task A_merchant_that_is_put_under_another_branch_keeps_the_handover_that_is_planned()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RowsAsync(
            """
            insert into account_manager (manager_code, branch_code, active, version, changed_at)
            values ('A', 'B1', true, 1, now()), ('B', 'B1', true, 1, now());
            select 1::text from (select hand_over_merchant(merchant_id, '2026-11-01', 'B1', 'A', 'B1', null),
                                        hand_over_merchant(merchant_id, '2026-12-01', 'B1', 'B', 'B1', '0199f0c4-7a10-7000-8000-000000000001')
                                 from merchant where merchant_no = '102360000000001') h
            """);
        var moved = RegistryDesk.Files(merchants: Merchants("5411,B1", "5411,B0")).ToList();
        (await desk.RunAsync(moved)).Files.Single().Changed.ShouldBe(1);
        (await desk.RunAsync(moved)).ChangedAnything.ShouldBeFalse();

        (await desk.RowsAsync(
            """
            select concat_ws(' ', valid_from, valid_to, coalesce(manager_code, '-'), branch_code, right(handover_id::text, 1))
            from merchant_care where not voided order by valid_from
            """)).ShouldBe(
            ["-infinity 2026-11-01 - B1", "2026-11-01 2026-11-21 A B1", "2026-11-21 2026-12-01 A B0", "2026-12-01 infinity B B0 1"]);
    }

    [Fact]
    public async Task A_trade_name_comes_in_a_column_of_its_own_and_a_file_without_it_leaves_it()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var named = RegistryDesk.Files(merchants: RegistryDesk.GoodMerchants
            .Replace("credit_cap_fen\n", "credit_cap_fen,trade_name\n", StringComparison.Ordinal)
            .Replace(",2000\n", ",2000,甲记超市\n", StringComparison.Ordinal).Replace("1.25,\n", "1.25,,\n", StringComparison.Ordinal)).ToList();
        (await desk.RunAsync(named)).Files.Single().Changed.ShouldBe(1);
        (await desk.RunAsync(named)).ChangedAnything.ShouldBeFalse();
        (await desk.GoodAsync()).ChangedAnything.ShouldBeFalse();
        (await desk.RowsAsync("select trade_name from merchant order by merchant_no")).ShouldBe(["甲记超市", ""]);
    }

    [Fact]
    public async Task A_changed_price_counts_from_tomorrow_and_the_same_file_again_finds_it_there()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var changed = RegistryDesk.Files(merchants: Merchants("0.38,,0.60,2000", "0.45,,0.60,2000")).ToList();

        (await desk.RunAsync(changed)).PricesChanged.ShouldBe(1);
        var before = await desk.WholeDatabaseAsync();
        (await desk.RunAsync(changed)).ChangedAnything.ShouldBeFalse();

        (await desk.WholeDatabaseAsync()).ShouldBe(before);
        (await desk.SnapshotAsync()).TryMerchant("102360000000001", out var merchant).ShouldBeTrue();
        merchant!.PlanOn(new(2026, 11, 21))!.Debit.Rate.PerTenMillion.ShouldBe(38_000);
        merchant.PlanOn(new(2026, 11, 22))!.Debit.Rate.PerTenMillion.ShouldBe(45_000);
        (await desk.RowsAsync("select distinct version::text from merchant")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_second_price_for_the_same_date_is_refused_and_a_later_date_is_the_cure()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RunAsync(RegistryDesk.Files(merchants: Merchants("0.38,,", "0.45,,")));
        var second = RegistryDesk.Files(merchants: Merchants("0.38,,", "0.50,,")).ToList();

        var error = (await desk.RunAsync(second)).Errors.ShouldHaveSingleItem();
        (error.Row, error.Code, error.Details[0].Value).ShouldBe((2, "registry.price-date-taken", "2026-11-22"));
        (await desk.RunAsync(second, new("tester", EffectiveOn: new(2026, 11, 23)))).PricesChanged.ShouldBe(1);
    }

    [Fact]
    public async Task A_price_never_reaches_back_to_what_is_posted()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RowsAsync("""
            insert into day_volume_delta
            select '2026-11-20', merchant_id, 1, '2026-11-20', 1, 1, 0, 0, 100, 0, 0, 1, 0, 0 from merchant where merchant_no = '102360000000001'
            returning 'x'
            """);
        var changed = RegistryDesk.Files(merchants: Merchants("0.38,,", "0.45,,")).ToList();

        var error = (await desk.RunAsync(changed, new("tester", EffectiveOn: new(2026, 11, 20)))).Errors.ShouldHaveSingleItem();
        (error.Row, error.Code, error.Details[0].Value).ShouldBe((2, "registry.price-already-used", "2026-11-20"));
        (await desk.RunAsync(changed, new("tester", EffectiveOn: new(2026, 11, 21)))).PricesChanged.ShouldBe(1);
    }

    [Theory]
    [InlineData("2024-01-02", null, "2026-11-21")] // nothing says when: today
    [InlineData("2026-11-10", null, "2026-11-10")] // installed anew, at the new place
    [InlineData("2026-11-10", "2026-11-15", "2026-11-15")] // the order says when
    public async Task A_terminal_given_to_another_merchant_changes_hands_at_midnight(string installedOn, string? effectiveOn, string from)
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var changed = RegistryDesk.Files(terminals: Terminals("10000001,102360000000001,N1,N86,2024-01-02", $"10000001,102360000000002,N1,N86,{installedOn}")).ToList();
        var request = new RegistryImportRequest("tester", EffectiveOn: effectiveOn is null ? null : DateOnly.Parse(effectiveOn));

        (await desk.RunAsync(changed, request)).TerminalsRebound.ShouldBe(1);
        var before = await desk.WholeDatabaseAsync();
        (await desk.RunAsync(changed, request)).ChangedAnything.ShouldBeFalse();
        (await desk.WholeDatabaseAsync()).ShouldBe(before);

        var snapshot = await desk.SnapshotAsync();
        snapshot.TryTerminal("10000001", out var terminal).ShouldBeTrue();
        var midnight = DateTime.Parse(from);
        snapshot.MerchantNoOf(terminal!.MerchantIdAt(midnight.AddSeconds(-1))!.Value).ShouldBe("102360000000001");
        snapshot.MerchantNoOf(terminal.MerchantIdAt(midnight)!.Value).ShouldBe("102360000000002");
        terminal.Bindings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_terminal_does_not_change_hands_twice_from_one_date()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RunAsync(RegistryDesk.Files(terminals: Terminals("10000001,102360000000001", "10000001,102360000000002")));

        var error = (await desk.RunAsync(RegistryDesk.Files(terminals: RegistryDesk.GoodTerminals))).Errors.ShouldHaveSingleItem();
        (error.Row, error.Column, error.Code, error.Details[0].Value).ShouldBe((2, "merchant_no", "registry.holder-date-taken", "2026-11-21"));
    }

    [Fact]
    public async Task Known_activity_only_moves_forward()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var activity = new List<string>();
        foreach (var date in new[] { "2026-07-30", "", "2026-08-01" })
        {
            // The address changes with it, so the row is written whatever becomes of the date.
            await desk.RunAsync(RegistryDesk.Files(terminals: Terminals("2026-07-31,false,一号", $"{date},false,一号{date}")));
            activity.AddRange(await desk.RowsAsync("select known_activity_on || ' ' || version from terminal where terminal_no = '10000001'"));
        }

        activity.ShouldBe(["2026-07-31 2", "2026-07-31 3", "2026-08-01 4"]);
    }

    [Fact]
    public async Task Two_terminals_may_swap_their_serial_numbers()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var swapped = RegistryDesk.GoodTerminals.Replace(",N1,", ",N?,", StringComparison.Ordinal)
            .Replace(",N2,", ",N1,", StringComparison.Ordinal).Replace(",N?,", ",N2,", StringComparison.Ordinal);

        (await desk.RunAsync(RegistryDesk.Files(terminals: swapped))).Errors.ShouldBeEmpty();
        (await desk.RowsAsync("select serial_no from terminal order by terminal_no")).ShouldBe(["N2", "N1"]);
    }

    [Fact]
    public async Task A_serial_number_counted_on_from_a_row_that_turns_bad_is_still_taken()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var report = await desk.RunAsync(
            RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
                + "10000003,102360000000001,N1,N86,2024-01-02,,false,三号\n" // N1 of the next row's terminal
                + "10000001,102360000000001,N2,N86,2024-01-02,,false,一号\n"), // N2 is the second terminal's, which is not here
            new("tester", GoodRowsOnly: true));

        report.Errors.Select(e => (e.Row, e.Code)).ShouldBe([(2, "registry.serial-taken"), (3, "registry.serial-taken")]);
        report.ChangedAnything.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_later_file_lacks_stays()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        var before = await desk.WholeDatabaseAsync();
        await desk.RunAsync(RegistryDesk.Files(RegistryDesk.BranchHead, RegistryDesk.MerchantHead, RegistryDesk.TerminalHead));
        (await desk.WholeDatabaseAsync()).ShouldBe(before);
    }
}
