using Acquiring.Backend.Books;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Books;

public sealed class VerifyBooksInTheNight(TestCluster cluster)
{
    private static readonly DateOnly The18th = new(2026, 11, 18);

    [Fact]
    public async Task Each_closed_date_gets_its_verdict_and_one_reading_serves_all_that_were_closed_before_it()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await CloseAsync(bank, "2026-11-18", "2026-11-20", at: "2026-11-21T03:00:00Z");
        // Closed at noon of the 22nd, after the night: the next night's.
        await CloseAsync(bank, "2026-11-21", "2026-11-21", at: "2026-11-22T04:00:00Z");
        await using var api = await TestApi.StartAsync(bank);
        (await NightAsync(api)).ShouldBe((3, 3));
        (await NightAsync(api)).ShouldBe((0, 0));
        (await bank.ScalarAsync<string>("select concat_ws(' ', count(*), count(distinct code), count(distinct (code, checked_at))) from book_verdict"))
            .ShouldBe($"{3 * BookChecks.Codes.Count} {BookChecks.Codes.Count} {BookChecks.Codes.Count}");
        bank.Clock.Advance(TimeSpan.FromDays(1));
        (await NightAsync(api)).ShouldBe((1, 1));

        var page = await api.GetAsync("book-verdicts?from=2026-11-18&to=2026-11-21&limit=3");
        page.Items.Select(i => $"{i["businessDate"]} {i["ok"]} {i["run"]}").ShouldBe(["2026-11-21 true 1", "2026-11-20 true 1", "2026-11-19 true 1"]);
        (await api.GetAsync($"book-verdicts?from=2026-11-18&to=2026-11-21&limit=3&cursor={page.Text("next")}")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Broken_books_are_kept_with_their_misses_and_checked_anew_when_a_person_asks()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await CloseAsync(bank, "2026-11-18", "2026-11-18", at: "2026-11-19T03:00:00Z");
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.PostAsync(merchant, terminal, "2026-11-18", stan: 1);
        await bank.CorruptAsync("update day_volume set gross_fen = gross_fen + 1");
        await using var api = await TestApi.StartAsync(bank);
        await NightAsync(api);
        var verdict = (await api.GetAsync("book-verdicts")).Items.Single();
        verdict["ok"]!.GetValue<bool>().ShouldBeFalse();
        var broken = verdict["checks"]!.AsArray().Single(c => !c!["ok"]!.GetValue<bool>())!;
        $"{broken["code"]}".ShouldBe("books.day-volumes");
        broken["misses"]![0]!.ToString().ShouldContain("10000001");

        await bank.CorruptAsync("update day_volume set gross_fen = gross_fen - 1");
        (await api.PostAsync("jobs/verify-books/2026-11-18/rerun", """{"reason":"the sum was mended"}""")).Status.ShouldBe(202);
        await api.Services.GetRequiredService<JobWorker>().RunDueAsync(default);
        verdict = (await api.GetAsync("book-verdicts")).Items.Single();
        (verdict["ok"]!.GetValue<bool>(), verdict["run"]!.GetValue<int>()).ShouldBe((true, 2));
        (await bank.ScalarAsync<long>("select count(*) from book_verdict where run = 1 and misses <> '[]'")).ShouldBe(1);
    }

    [Fact]
    public async Task Killed_between_two_checks_it_goes_on_with_the_next()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await CloseAsync(bank, "2026-11-18", "2026-11-18", at: "2026-11-19T03:00:00Z");
        await using var api = await TestApi.StartAsync(bank);
        var ledger = api.Services.GetRequiredService<JobLedger>();
        var job = api.Services.GetServices<IJob>().Single(j => j.Name == "verify-books");
        await ledger.AskAsync(job.Name, The18th, 1, "test", null, default);
        using var stop = new CancellationTokenSource();
        using (var run = new JobRun(bank.DataSource, ledger, (await ledger.ClaimAsync([job.Name], "killed", default))!))
        {
            // The fifth verdict does not get in: its transaction waits for this one, and is cut off there.
            await using var blocking = await bank.DataSource.OpenConnectionAsync();
            await using var transaction = await blocking.BeginTransactionAsync();
            await new Npgsql.NpgsqlCommand(
                $"insert into book_verdict values ('2026-11-18', 1, '{BookChecks.Codes[4]}', now(), 0, '[]')", blocking, transaction).ExecuteNonQueryAsync();
            var running = job.RunAsync(run, stop.Token);
            while (await bank.ScalarAsync<long>("select count(*) from pg_locks where not granted") == 0)
            {
                running.IsCompleted.ShouldBeFalse();
            }

            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => running);
        }

        (await bank.ScalarAsync<long>("select count(*) from book_verdict")).ShouldBe(4);
        await bank.ExecuteAsync("update job_shard set lease_until = clock_timestamp() - interval '1 s'");
        (await api.Services.GetRequiredService<JobWorker>().RunDueAsync(default)).ShouldBe(1);
        (await bank.ScalarAsync<string>("select string_agg(code, ',' order by checked_at, code) from book_verdict"))!.Split(',').Order()
            .ShouldBe(BookChecks.Codes.Order());
        (await bank.ScalarAsync<string>("select concat_ws(' ', state, token, done, total) from job_shard"))
            .ShouldBe($"done 2 {BookChecks.Codes.Count} {BookChecks.Codes.Count}");
    }

    private static async Task<(int Asked, int Begun)> NightAsync(TestApi api) => (
        await api.Services.GetRequiredService<JobTriggers>().AskDueAsync(default),
        await api.Services.GetRequiredService<JobWorker>().RunDueAsync(default));

    private static Task CloseAsync(TestBank bank, string from, string to, string at) => bank.ExecuteAsync(
        $"""
        insert into business_day_close (business_date, closed_at, complete, insisted, findings)
        select d, '{at}', true, false, 0 from generate_series('{from}'::date, '{to}', '1 day') d
        """);
}
