using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using static Acquiring.Backend.Tests.Platform.Jobs.TestLedger;

namespace Acquiring.Backend.Tests.Platform.Jobs;

public sealed class RunAShard(TestCluster cluster)
{
    [Fact]
    public async Task A_failure_is_tried_again_after_a_pause_that_doubles()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        ledger.Tally.Before = (_, _, _) => throw new InvalidOperationException("card 4111 of Mr Li");
        await ExpectAsync(ledger, begun: 1);
        // 30 s after the first failure, 60 s after the second.
        ledger.Clock.Advance(TimeSpan.FromSeconds(29));
        await ExpectAsync(ledger, begun: 0);
        ledger.Clock.Advance(TimeSpan.FromSeconds(1));
        await ExpectAsync(ledger, begun: 1);
        ledger.Clock.Advance(TimeSpan.FromSeconds(59));
        await ExpectAsync(ledger, begun: 0);
        ledger.Clock.Advance(TimeSpan.FromSeconds(1));
        await ExpectAsync(ledger, begun: 1);
        var shard = await ledger.ShardAsync(20);
        (shard.State, shard.Failures, shard.Error).ShouldBe((JobState.Due, 3, "jobs.bug"));
    }

    [Fact]
    public async Task After_eight_failures_in_a_row_it_waits_for_a_person_and_then_goes_on()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        ledger.Tally.Before = (_, step, _) =>
            step == 3 ? throw new RefusedException(Refusal.Of(RefusalKind.Conflict, "days.file-missing")) : Task.CompletedTask;
        for (var failure = 1; failure <= JobLimits.FailuresMax; failure++)
        {
            await ExpectAsync(ledger, begun: 1);
            ledger.Clock.Advance(JobLimits.BackOff(failure));
        }

        await ExpectAsync(ledger, begun: 0);
        var shard = await ledger.ShardAsync(20);
        (shard.State, shard.Failures, shard.Error).ShouldBe((JobState.Failed, 8, "days.file-missing"));
        ledger.Tally.Before = (_, _, _) => Task.CompletedTask;
        await ledger.Ledger.RerunAsync(Job, Day(20), "test", "the file is there", null, false, default);
        await ExpectAsync(ledger, begun: 1);
        ledger.Tally.Begun[^1].FirstStep.ShouldBe(3);
        (await ledger.TalliedAsync()).ShouldBe("20:0:1:1 20:0:1:2 20:0:1:3 20:0:1:4 20:0:1:5");
    }

    [Fact]
    public async Task A_shard_that_kills_every_worker_stops_after_a_hundred()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        await ledger.ClaimAsync();
        await ledger.ExecuteAsync($"update job_shard set attempts = {JobLimits.AttemptsMax - 1}");
        await ledger.LetLeasesRunOutAsync();
        (await ledger.ClaimAsync())!.Token.ShouldBe(2);
        await ledger.LetLeasesRunOutAsync();
        (await ledger.ClaimAsync()).ShouldBeNull();
        var shard = await ledger.ShardAsync(20);
        (shard.State, shard.Error).ShouldBe((JobState.Failed, "jobs.lease-lost"));
    }

    [Fact]
    public async Task The_heartbeat_holds_the_lease_of_a_long_step()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        ledger.Tally.Before = async (_, step, _) =>
        {
            if (step == 2)
            {
                await ledger.ExecuteAsync("update job_shard set lease_until = clock_timestamp() + interval '20 s'");
                ledger.Clock.Advance(JobLimits.RenewEvery);
                await ledger.UntilAsync("(select lease_until > clock_timestamp() + interval '30 s' from job_shard)");
            }
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.Done);
    }

    [Theory]
    [InlineData(false, JobOutcome.StaleLease)]
    [InlineData(true, JobOutcome.Cancelled)]
    public async Task The_next_renewal_ends_a_job_whose_lease_is_lost_or_that_was_cancelled(bool cancelled, JobOutcome expected)
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        var ended = false;
        ledger.Tally.Before = async (_, step, token) =>
        {
            if (step == 2)
            {
                if (cancelled)
                {
                    await ledger.Ledger.CancelAsync(Job, Day(20), "test", null, default);
                }
                else
                {
                    await ledger.LetLeasesRunOutAsync();
                }

                ledger.Clock.Advance(JobLimits.RenewEvery);
                var told = new TaskCompletionSource();
                await using var registration = token.Register(told.SetResult);
                await told.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
                ended = true;
                token.ThrowIfCancellationRequested();
            }
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(expected);
        ended.ShouldBeTrue();
        (await ledger.TalliedAsync()).ShouldBe("20:0:1:1");
    }

    [Fact]
    public async Task A_stopping_process_gives_its_shard_back_at_once()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        using var stop = new CancellationTokenSource();
        ledger.Tally.Before = async (_, step, token) =>
        {
            if (step == 3)
            {
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, stop.Token)).ShouldBe(JobOutcome.Released);
        var shard = await ledger.ShardAsync(20);
        (shard.State, shard.Attempts, shard.Failures).ShouldBe((JobState.Due, 0, 0));
        ledger.Tally.Before = (_, _, _) => Task.CompletedTask;
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.Done);
        ledger.Tally.Begun[^1].FirstStep.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_not_due_is_not_run_however_often_it_is_called()
    {
        await using var ledger = await OpenAsync(cluster);
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBeNull();
        await ledger.AskAsync(19, 20);
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBeNull("the 19th comes first");
        (await ledger.Worker().RunOneAsync(Job, Day(19), 0, default)).ShouldBe(JobOutcome.Done);
        (await ledger.Worker().RunOneAsync(Job, Day(19), 0, default)).ShouldBeNull();
        (await ledger.Worker().RunOneAsync("another", Day(19), 0, default)).ShouldBeNull();
    }

    private static async Task ExpectAsync(TestLedger ledger, int begun) => (await ledger.Worker().RunDueAsync(default)).ShouldBe(begun);
}
