using Acquiring.Backend.Days.Close;
using Acquiring.Core.Refusals;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Days.Close;

public sealed class CloseABusinessDay(TestCluster cluster)
{
    [Fact]
    public async Task Missed_dates_are_closed_first_each_by_itself()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.FilesAsync("2026-11-14", "2026-11-16");
        var report = (await CloseAsync(bank, "2026-11-16")).Value;
        report.AlreadyClosed.ShouldBeFalse();
        report.Closed.ShouldBe([
            new(new(2026, 11, 14), true, false, 0), new(new(2026, 11, 15), true, false, 0), new(new(2026, 11, 16), true, false, 0)]);
        (await bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'day.close'")).ShouldBe(3);
        bank.Changes.Current.ShouldBe(3);
    }

    [Fact]
    public async Task Closing_twice_changes_nothing()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await IdleTerminalAsync(bank);
        await bank.FileAsync("2026-11-20");
        (await CloseAsync(bank, "2026-11-20")).Value.Closed.Single().Findings.ShouldBe(1);
        var again = (await CloseAsync(bank, "2026-11-20")).Value;
        again.AlreadyClosed.ShouldBeTrue();
        again.Closed.ShouldBeEmpty();
        (await bank.ScalarAsync<long>("select count(*) from idle_finding")).ShouldBe(1);
        (await bank.ScalarAsync<long>("select count(*) from business_day_close")).ShouldBe(1);
    }

    [Fact]
    public async Task A_close_that_waits_for_the_lists_keeps_nobody_from_the_journal_and_waits_as_long_as_it_takes()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.FileAsync("2026-11-20");
        await using var impatient = Npgsql.NpgsqlDataSource.Create($"{bank.ConnectionString};Command Timeout=1");
        await using var lists = await bank.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var refresh = await lists.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var holding = new Npgsql.NpgsqlCommand($"select pg_advisory_xact_lock({Backend.Platform.DatabaseLocks.Activity})", lists))
        {
            await holding.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var close = new CloseDay(impatient, bank.Clock, bank.Changes).RunAsync(new(2026, 11, 20), false, "test", TestContext.Current.CancellationToken);
        while (!close.IsCompleted && !await bank.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where wait_event = 'advisory' and datname = current_database() and clock_timestamp() - query_start > interval '1.5 s')"))
        {
            await Task.Yield();
        }

        close.IsCompleted.ShouldBeFalse();
        (await bank.ScalarAsync<bool>($"select pg_try_advisory_xact_lock({Backend.Platform.DatabaseLocks.Ingest})")).ShouldBeTrue();
        await refresh.CommitAsync(TestContext.Current.CancellationToken);
        (await close).Value.Closed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ten_requests_at_once_close_each_date_once()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await IdleTerminalAsync(bank);
        await bank.FilesAsync("2026-11-16", "2026-11-20");
        var reports = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CloseAsync(bank, "2026-11-20")));
        reports.Sum(r => r.Value.Closed.Count).ShouldBe(5);
        (await bank.ScalarAsync<long>("select count(*) from idle_finding")).ShouldBe(1);
    }

    [Fact]
    public async Task A_date_without_its_file_is_refused_and_nothing_is_written()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.FilesAsync("2026-11-14", "2026-11-17", without: "2026-11-16");
        (await CloseAsync(bank, "2026-11-17")).Refusal!["missing"].ShouldBe("2026-11-16 (default)");
        (await bank.ScalarAsync<long>("select count(*) from business_day_close")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_insists_closes_the_date_as_incomplete()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.FilesAsync("2026-11-14", "2026-11-17", without: "2026-11-16");
        var report = (await CloseAsync(bank, "2026-11-17", insist: true)).Value;
        report.Closed.Select(c => (c.Complete, c.Insisted)).ShouldBe([(true, false), (true, false), (false, true), (true, false)]);
        (await bank.ScalarAsync<string>("select incomplete_dates::text from business_day_close where business_date = '2026-11-17'"))
            .ShouldBe("{2026-11-16}");
    }

    [Fact]
    public async Task A_late_complete_file_lets_the_clock_run_at_the_next_close()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        // Due 2026-11-18, one day later while the file of the 17th is missing.
        var terminal = await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360758120001"), knownActivityOn: "2026-08-18");
        await bank.FilesAsync("2026-11-16", "2026-11-19", without: "2026-11-17");
        (await CloseAsync(bank, "2026-11-18", insist: true)).Value.Closed.Sum(c => c.Findings).ShouldBe(0);
        await bank.FileAsync("2026-11-17");
        (await CloseAsync(bank, "2026-11-18")).Value.AlreadyClosed.ShouldBeTrue();
        (await CloseAsync(bank, "2026-11-19")).Value.Closed.Single().Findings.ShouldBe(1);
        (await bank.ScalarAsync<string>($"select concat_ws(' ', judged_on, verdict, due_on, incomplete_days) from idle_finding where terminal_id = {terminal}"))
            .ShouldBe("2026-11-19 3m 2026-11-18 0");
    }

    [Fact]
    public async Task A_sale_clears_a_finding_and_a_spare_is_cleared_too()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var sold = await bank.TerminalAsync("10000001", merchant, knownActivityOn: "2026-08-01");
        await bank.TerminalAsync("10000002", merchant, knownActivityOn: "2025-08-01");
        await bank.FilesAsync("2026-11-18", "2026-11-20");
        (await CloseAsync(bank, "2026-11-18")).Value.Closed.Single().Findings.ShouldBe(2);
        await bank.PostAsync(merchant, sold, "2026-11-19", stan: 1);
        await bank.ExecuteAsync("update terminal set spare = true where terminal_no = '10000002'");
        (await CloseAsync(bank, "2026-11-19")).Value.Closed.Single().Findings.ShouldBe(2);
        (await CloseAsync(bank, "2026-11-20")).Value.Closed.Single().Findings.ShouldBe(0);
        (await bank.ScalarAsync<string>("select string_agg(concat_ws(' ', judged_on, verdict, last_activity_on, activity_source), ', ' order by idle_finding_id) from idle_finding"))
            .ShouldBe("2026-11-18 3m 2026-08-01 registry, 2026-11-18 12m 2025-08-01 registry, 2026-11-19 cleared 2026-11-19 sale, 2026-11-19 cleared 2025-08-01 registry");
    }

    [Fact]
    public async Task A_withdrawn_sale_is_no_activity_and_a_reversed_one_is()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var withdrawn = await bank.TerminalAsync("10000001", merchant, knownActivityOn: "2026-08-01");
        var reversed = await bank.TerminalAsync("10000002", merchant, knownActivityOn: "2026-08-01");
        await bank.PostAsync(merchant, withdrawn, "2026-11-19", stan: 1, businessDate: "2026-11-19");
        await bank.PostAsync(merchant, withdrawn, "2026-11-19", stan: 1, amountFen: -10_000, feeFen: -60, turn: 1, businessDate: "2026-11-20");
        await bank.PostAsync(merchant, reversed, "2026-11-19", stan: 1);
        await bank.PostAsync(merchant, reversed, "2026-11-19", stan: 2, feeFen: -60, kind: 3, saleStan: 1);
        await bank.FileAsync("2026-11-20");
        await CloseAsync(bank, "2026-11-20");
        (await bank.ScalarAsync<string>("select string_agg(terminal_no, ',') from idle_finding join terminal using (terminal_id)")).ShouldBe("10000001");
    }

    private static async Task IdleTerminalAsync(TestBank bank) =>
        await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360758120001"), knownActivityOn: "2026-08-01");

    private static Task<Result<CloseReport>> CloseAsync(TestBank bank, string date, bool insist = false) =>
        new CloseDay(bank.DataSource, bank.Clock, bank.Changes).RunAsync(DateOnly.Parse(date), insist, "test", CancellationToken.None);
}
