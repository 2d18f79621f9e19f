using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using static Acquiring.Backend.Tests.Platform.Jobs.TestLedger;

namespace Acquiring.Backend.Tests.Platform.Jobs;

public sealed class AskForAJob(TestCluster cluster)
{
    [Fact]
    public async Task Asked_ten_times_at_once_it_is_done_once()
    {
        await using var ledger = await OpenAsync(cluster, shards: 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ledger.Ledger.AskAsync(Job, Day(20), 3, "test", null, default)));
        answers.Count(a => a.Changed).ShouldBe(1);
        answers.ShouldAllBe(a => a.Shards.Count == 3);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ledger.Worker().RunDueAsync(default)));
        (await ledger.ScalarAsync<long>("select count(*) from tally")).ShouldBe(3 * TallyJob.Steps);
        (await ledger.ScalarAsync<long>("select count(*) from audit_entry where act = 'job.ask'")).ShouldBe(1);
    }

    [Fact]
    public async Task Asked_for_again_when_it_is_done_it_stays_done_and_says_so()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(1);
        var answer = await ledger.Ledger.AskAsync(Job, Day(20), 1, "another", "again", default);
        answer.Changed.ShouldBeFalse();
        answer.Shards.Single().State.ShouldBe(JobState.Done);
        answer.Shards.Single().AskedBy.ShouldBe("test");
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task Missed_dates_are_done_in_order_whatever_the_order_of_asking()
    {
        await using var ledger = await OpenAsync(cluster, shards: 2);
        await ledger.AskAsync(20, 18, 19);
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(6);
        ledger.Tally.Begun.Select(b => (b.Date.Day, b.Shard)).ShouldBe([(18, 0), (18, 1), (19, 0), (19, 1), (20, 0), (20, 1)]);
    }

    [Fact]
    public async Task A_later_date_waits_for_a_running_or_failed_earlier_one_and_not_for_a_cancelled_one()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(18, 19);
        var first = (await ledger.ClaimAsync())!;
        first.BusinessDate.ShouldBe(Day(18));
        (await ledger.ClaimAsync()).ShouldBeNull();
        await ledger.ExecuteAsync(
            "update job_shard set state = 'failed', owner = null, lease_until = null, ended_at = now() where state = 'running'");
        (await ledger.ClaimAsync()).ShouldBeNull();
        (await ledger.Ledger.CancelAsync(Job, Day(18), "test", null, default)).Value.Changed.ShouldBeTrue();
        (await ledger.ClaimAsync())!.BusinessDate.ShouldBe(Day(19));
    }

    [Fact]
    public async Task A_done_date_runs_again_from_its_start_when_a_person_says_why()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        await ledger.Worker().RunDueAsync(default);
        var again = (await ledger.Ledger.RerunAsync(Job, Day(20), "li", "a late file", seenAsks: 1, fromStart: false, default)).Value;
        again.Changed.ShouldBeTrue();
        (again.Shards[0].State, again.Shards[0].Asks, again.Shards[0].Run, again.Shards[0].AskedBy, again.Shards[0].AskedWhy)
            .ShouldBe((JobState.Due, 2, 2, "li", "a late file"));
        (await ledger.Ledger.RerunAsync(Job, Day(20), "li", "a late file", null, false, default)).Refusal!.Code.ShouldBe("jobs.open");
        await ledger.Worker().RunDueAsync(default);
        (await ledger.TalliedAsync()).ShouldBe("20:0:1:1 20:0:1:2 20:0:1:3 20:0:1:4 20:0:1:5 20:0:2:1 20:0:2:2 20:0:2:3 20:0:2:4 20:0:2:5");
        // The request of before, sent once more because its answer was lost.
        (await ledger.Ledger.RerunAsync(Job, Day(20), "li", "a late file", seenAsks: 1, false, default)).Value.Changed.ShouldBeFalse();
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(0);
        (await ledger.ScalarAsync<string>("select details ->> 'why' from audit_entry where act = 'job.rerun'")).ShouldBe("a late file");
    }

    [Fact]
    public async Task A_cancelled_date_goes_on_from_its_checkpoint_when_it_is_wanted_after_all()
    {
        await using var ledger = await OpenAsync(cluster);
        await ledger.AskAsync(20);
        ledger.Tally.Before = async (_, step, _) =>
        {
            if (step == 3)
            {
                await ledger.Ledger.CancelAsync(Job, Day(20), "test", "not tonight", default);
            }
        };
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.Cancelled);
        (await ledger.TalliedAsync()).ShouldBe("20:0:1:1 20:0:1:2");
        (await ledger.ShardAsync(20)).State.ShouldBe(JobState.Cancelled);
        (await ledger.Worker().RunDueAsync(default)).ShouldBe(0);
        (await ledger.Ledger.CancelAsync(Job, Day(20), "test", null, default)).Value.Changed.ShouldBeFalse();

        ledger.Tally.Before = (_, _, _) => Task.CompletedTask;
        await ledger.Ledger.RerunAsync(Job, Day(20), "test", "tonight after all", null, false, default);
        (await ledger.Worker().RunOneAsync(Job, Day(20), 0, default)).ShouldBe(JobOutcome.Done);
        (await ledger.TalliedAsync()).ShouldBe("20:0:1:1 20:0:1:2 20:0:1:3 20:0:1:4 20:0:1:5");
        (await ledger.Ledger.CancelAsync(Job, Day(20), "test", null, default)).Refusal!.Code.ShouldBe("jobs.ended");
        (await ledger.Ledger.CancelAsync(Job, Day(21), "test", null, default)).Refusal!.Code.ShouldBe("jobs.not-asked");
    }
}
