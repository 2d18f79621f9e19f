using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Dapper;
using Npgsql;
using static Acquiring.Backend.Tests.Platform.Jobs.TestLedger;

namespace Acquiring.Backend.Tests.Platform.Jobs;

public sealed class HoldALease(TestCluster cluster)
{
    private const string Uninterrupted = "20:0:1:1 20:0:1:2 20:0:1:3 20:0:1:4 20:0:1:5";

    [Fact]
    public async Task Of_twenty_workers_who_ask_at_once_one_gets_it()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        for (var token = 1; token <= 25; token++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => ledger.ClaimAsync($"worker {n}"))));
            claims.Single(c => c is not null)!.Token.ShouldBe(token);
            (await ledger.ClaimAsync()).ShouldBeNull();
            await ledger.LetLeasesRunOutAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_frozen_past_its_lease_can_write_nothing(bool claimedByAnother)
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        var frozen = (await ledger.ClaimAsync())!;
        using var run = ledger.Run(frozen);
        await ledger.LetLeasesRunOutAsync();
        if (claimedByAnother)
        {
            (await ledger.ClaimAsync("two"))!.Token.ShouldBe(2);
        }

        var before = await ledger.ShardAsync(20);
        var lost = await Should.ThrowAsync<LeaseLostException>(() => run.CommitAsync(c => c.ExecuteAsync("insert into tally values ('2026-11-20', 9, 9, 9)"), "x"));
        lost.Answer.ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.TalliedAsync()).ShouldBe("");
        (await ledger.Ledger.RenewAsync(frozen, default)).ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.Ledger.ReportAsync(frozen, 4, 5, default)).ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.Ledger.CompleteAsync(frozen, default)).ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.Ledger.FailAsync(frozen, "jobs.bug", default)).ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.Ledger.ReleaseAsync(frozen, default)).ShouldBe(LeaseAnswer.StaleLease);
        (await ledger.ShardAsync(20)).ShouldBe(before);
    }

    [Fact]
    public async Task Frozen_before_its_commit_and_overtaken_it_adds_nothing_to_what_the_other_did()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        var other = new TallyJob();
        ledger.Tally.Before = async (_, step, _) =>
        {
            if (step == 3)
            {
                await ledger.LetLeasesRunOutAsync();
                var overtaking = (await ledger.ClaimAsync("two"))!;
                using var run = ledger.Run(overtaking);
                await other.RunAsync(run, default);
                (await ledger.Ledger.CompleteAsync(overtaking, default)).ShouldBe(LeaseAnswer.Held);
            }
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.StaleLease);
        other.Begun.Single().FirstStep.ShouldBe(3);
        (await ledger.TalliedAsync()).ShouldBe(Uninterrupted);
        (await ledger.ShardAsync(20)).State.ShouldBe(JobState.Done);
    }

    [Fact]
    public async Task A_commit_that_takes_longer_than_the_lease_keeps_it()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        ledger.Tally.Within = async (connection, _) =>
        {
            var locked = await Should.ThrowAsync<PostgresException>(() => ledger.ExecuteAsync("select from job_shard for update nowait"));
            locked.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
            await connection.ExecuteAsync("update job_shard set lease_until = clock_timestamp() - interval '1 hour'");
            (await ledger.ClaimAsync("two")).ShouldBeNull();
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.Done);
        (await ledger.ShardAsync(20)).Token.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_frozen_in_a_commit_is_put_out_by_the_server_after_the_length_of_a_lease()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        using var run = ledger.Run((await ledger.ClaimAsync())!);
        await run.CommitAsync(async connection =>
            (await connection.ExecuteScalarAsync<string>("show idle_in_transaction_session_timeout")).ShouldBe("1min"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Killed_in_a_step_the_next_worker_goes_on_from_the_checkpoint(int killedIn)
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        var killed = new TallyJob { Within = (connection, step) => step == killedIn ? connection.CloseAsync() : Task.CompletedTask };
        using (var run = ledger.Run((await ledger.ClaimAsync("killed"))!))
        {
            await Should.ThrowAsync<Exception>(() => killed.RunAsync(run, default));
        }

        (await ledger.ScalarAsync<long>("select count(*) from tally")).ShouldBe(killedIn - 1);
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(0, "the dead worker's lease lasts");
        await ledger.LetLeasesRunOutAsync();
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(1);
        ledger.Tally.Begun.Single().FirstStep.ShouldBe(killedIn);
        (await ledger.TalliedAsync()).ShouldBe(Uninterrupted);
        var shard = await ledger.ShardAsync(20);
        (shard.State, shard.Token, shard.Done, shard.Total).ShouldBe((JobState.Done, 2, 5, 5));
    }

    [Fact]
    public async Task Fifty_kills_end_as_an_uninterrupted_run_does()
    {
        await using var ledger = await OpenAsync(cluster, shards: 3);
        await ledger.AskAsync(19, 20);
        const int seed = 20261122;
        var random = new Random(seed);
        for (var kill = 0; kill < 50; kill++)
        {
            if (await ledger.ClaimAsync($"{kill}") is not { } lease)
            {
                break;
            }

            var steps = random.Next(3);
            var before = random.Next(2) == 0;
            var doomed = new TallyJob
            {
                Before = (_, _, _) => before && steps == 0 ? throw new IOException("killed") : Task.CompletedTask,
                Within = (connection, _) => steps-- == 0 ? connection.CloseAsync() : Task.CompletedTask,
            };
            using var run = ledger.Run(lease);
            await Should.ThrowAsync<Exception>(async () =>
            {
                await doomed.RunAsync(run, default);
                throw new IOException("killed before it could say that it was done");
            });
            await ledger.LetLeasesRunOutAsync();
        }

        await ledger.Worker().RunDueAsync(default);
        (await ledger.ScalarAsync<string>("select count(*) || ' ' || count(distinct tally) from tally")).ShouldBe($"{6 * 5} {6 * 5}", $"seed {seed}");
        (await ledger.ScalarAsync<long>("select count(*) from job_shard where state <> 'done'")).ShouldBe(0);
    }
}
