using System.Globalization;
using Acquiring.Backend.Books;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Tests.Platform.Jobs;
using Acquiring.Cluster.Jobs;
using Acquiring.Testing;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Cluster.Tests.Jobs;

/// <summary>Hangfire calls; the ledger decides. Each test has servers and a database of its own.</summary>
[Collection(NightHost.OneAtATime)]
public sealed class Doing_the_night(TestCluster cluster)
{
    private const string AllDone = "not exists (select from job_shard where state <> 'done') and exists (select from job_shard)";

    [Fact]
    public async Task The_minutes_look_has_the_books_of_each_closed_date_checked_once_by_one_of_two_servers()
    {
        await using var database = await cluster.NewNightAsync();
        await database.RunAsync(
            """
            insert into business_day_close (business_date, closed_at, complete, insisted, findings)
            select d, '2026-11-21T03:00:00Z', true, false, 0 from generate_series('2026-11-18'::date, '2026-11-20', '1 day') d
            """);
        await using var one = await NightHost.StartAsync(database);
        await using var other = await NightHost.StartAsync(database);

        await database.UntilAsync($"{AllDone} and (select count(*) from job_shard) = 3", seconds: 200);

        (await database.LedgerAsync()).ShouldBe("18 0 done 1, 19 0 done 1, 20 0 done 1");
        (await database.TextAsync("select concat_ws(' ', count(*), count(distinct business_date)) from book_verdict")).ShouldBe($"{3 * BookChecks.Codes.Count} 3");
        (await database.TextAsync("select string_agg(distinct asked_by, ',') from job_shard")).ShouldBe(JobTriggers.Calendar);
    }

    [Fact]
    public async Task Asked_for_by_a_person_it_is_done_at_once_and_the_dates_after_it_too()
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database, tally: new TallyJob());
        await host.WithoutTheMinuteAsync();

        foreach (var date in (string[])["2026-11-20", "2026-11-19", "2026-11-18"])
        {
            (await host.AskAsync("tally", date)).ShouldBe(202);
        }

        await database.UntilAsync($"{AllDone} and (select count(*) from job_shard) = 3");
        (await database.TalliedAsync()).ShouldBe("15 of 15");
    }

    [Fact]
    public async Task Asked_for_twice_called_often_and_its_button_pressed_it_is_done_once()
    {
        await using var database = await cluster.NewNightAsync();
        var tally = new TallyJob(shards: 2);
        await using var host = await NightHost.StartAsync(database, tally: tally);

        (await host.AskAsync("tally", "2026-11-20")).ShouldBe(202);
        (await host.AskAsync("tally", "2026-11-20")).ShouldBe(202);
        string[] calls = [.. Enumerable.Range(0, 6).Select(i => i % 2)
            .Select(shard => host.Queue.Enqueue<ShardCalls>(c => c.RunAsync("tally", "2026-11-20", shard, CancellationToken.None)))];
        host.AskNow();
        host.AskNow();
        await database.UntilAsync(AllDone);
        await host.UntilIdleAsync();
        // As the dashboard would, were it not for reading only.
        host.Queue.Requeue(calls[0]).ShouldBeTrue();
        await host.UntilIdleAsync();

        (await database.LedgerAsync()).ShouldBe("20 0 done 1, 20 1 done 1");
        (await database.TalliedAsync()).ShouldBe("10 of 10");
        tally.Begun.Count.ShouldBe(2);
        host.Hangfire.FailedCount().ShouldBe(0);
    }

    [Fact]
    public async Task Two_servers_that_start_together_share_the_shards_and_do_each_once()
    {
        await using var database = await cluster.NewNightAsync();
        var (here, there) = (new TallyJob(shards: 24), new TallyJob(shards: 24));
        var both = await Task.WhenAll(
            Task.Run(() => NightHost.StartAsync(database, tally: here)), Task.Run(() => NightHost.StartAsync(database, tally: there)));
        await using var one = both[0];
        await using var other = both[1];
        // Each waits until the other has begun as well.
        var (hereBegan, thereBegan) = (new TaskCompletionSource(), new TaskCompletionSource());
        here.Before = (_, _, token) => { hereBegan.TrySetResult(); return thereBegan.Task.WaitAsync(token); };
        there.Before = (_, _, token) => { thereBegan.TrySetResult(); return hereBegan.Task.WaitAsync(token); };

        await one.AskAsync("tally", "2026-11-20");
        other.AskNow();

        await database.UntilAsync($"{AllDone} and (select count(*) from job_shard) = 24");
        await one.UntilIdleAsync();
        (await database.TalliedAsync()).ShouldBe("120 of 120");
        (await database.TextAsync("select max(token) from job_shard")).ShouldBe("1");
        (here.Begun.Count + there.Begun.Count).ShouldBe(24);
    }

    [Fact]
    public async Task A_server_that_stops_gives_its_shard_back_and_the_next_goes_on_from_there()
    {
        await using var database = await cluster.NewNightAsync();
        var reached = new TaskCompletionSource();
        var slow = new TallyJob
        {
            Before = async (_, step, token) =>
            {
                if (step == 3)
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
        };
        await using (var stopping = await NightHost.StartAsync(database, tally: slow))
        {
            await stopping.AskAsync("tally", "2026-11-20");
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(100));
            await stopping.StopAsync();
            (await database.TextAsync("select concat_ws(' ', state, attempts, done, owner) from job_shard")).ShouldBe("due 0 2");
        }

        var next = new TallyJob();
        await using var host = await NightHost.StartAsync(database, tally: next);
        await database.UntilAsync(AllDone);

        next.Begun.Select(b => b.FirstStep).ShouldBe([3]);
        (await database.TalliedAsync()).ShouldBe("5 of 5");
    }

    [Fact]
    public async Task The_shard_of_a_killed_worker_is_finished_by_another_once_its_lease_is_over()
    {
        await using var database = await cluster.NewNightAsync();
        var tally = new TallyJob();
        await using var host = await NightHost.StartAsync(database, tally: tally);
        await host.WithoutTheMinuteAsync();
        // Claimed as soon as it is there, before Hangfire's workers can.
        var ledger = new JobLedger(database.DataSource, NightHost.Noon);
        await ledger.AskAsync("tally", new DateOnly(2026, 11, 20), 1, "test", null, default);
        using (var killed = new JobRun(database.DataSource, ledger, (await ledger.ClaimAsync(["tally"], "killed", default))!))
        {
            await killed.CommitAsync(_ => database.RunAsync("insert into tally values ('2026-11-20', 0, 1, 1)"), new { Step = 1 }, 1, 5);
        }

        var due = host.Services.GetRequiredService<DueShards>();
        (await due.CallAsync(default)).ShouldBe(0, "the lease is not over");
        await database.RunAsync("update job_shard set lease_until = clock_timestamp() - interval '1 s'");
        (await due.CallAsync(default)).ShouldBe(1);
        await database.UntilAsync(AllDone);

        tally.Begun.Select(b => b.FirstStep).ShouldBe([2]);
        (await database.LedgerAsync()).ShouldBe("20 0 done 2");
        (await database.TalliedAsync()).ShouldBe("5 of 5");
    }

    [Fact]
    public async Task A_failure_is_tried_again_when_the_ledger_says_so_and_Hangfire_does_not_by_itself()
    {
        await using var database = await cluster.NewNightAsync();
        var clock = NightHost.Noon;
        var tally = new TallyJob { Before = (_, _, _) => throw new InvalidOperationException("a bug") };
        await using var host = await NightHost.StartAsync(database, clock, tally);
        await host.WithoutTheMinuteAsync();
        await host.AskAsync("tally", "2026-11-20");
        await database.UntilAsync("exists (select from job_shard where failures = 1)");
        await host.UntilIdleAsync();

        host.Hangfire.ScheduledCount().ShouldBe(0);
        host.Hangfire.FailedCount().ShouldBe(1);
        (await database.TextAsync("select count(*) from hangfire.job where expireat is null and statename in ('Failed', 'Succeeded')")).ShouldBe("0");
        var due = host.Services.GetRequiredService<DueShards>();
        (await due.CallAsync(default)).ShouldBe(0, "30 s are not over");

        tally.Before = (_, _, _) => Task.CompletedTask;
        clock.Advance(TimeSpan.FromSeconds(30));
        (await due.CallAsync(default)).ShouldBe(1);
        await database.UntilAsync(AllDone);
        (await database.LedgerAsync()).ShouldBe("20 0 done 2");
        tally.Begun.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_waits_in_the_queue_is_not_called_again()
    {
        await using var database = await cluster.NewNightAsync();
        var release = new TaskCompletionSource();
        // Two workers hold two shards; ten wait.
        var tally = new TallyJob(shards: 12) { Before = (_, _, token) => release.Task.WaitAsync(token) };
        await using var host = await NightHost.StartAsync(database, tally: tally);
        // Its call would wait behind them and be counted.
        await host.WithoutTheMinuteAsync();
        await host.AskAsync("tally", "2026-11-20");
        await NightHost.UntilAsync(() => tally.Begun.Count == 2 && host.Hangfire.EnqueuedCount(ShardCalls.Queue) == 10);

        (await host.Services.GetRequiredService<DueShards>().CallAsync(default)).ShouldBe(0);

        release.SetResult();
        await database.UntilAsync(AllDone);
        (await database.TalliedAsync()).ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{12 * TallyJob.Steps} of {12 * TallyJob.Steps}"));
    }
}
