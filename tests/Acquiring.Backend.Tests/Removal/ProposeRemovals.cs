using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;
using static Acquiring.Backend.Tests.Removal.RemovalBank;

namespace Acquiring.Backend.Tests.Removal;

public sealed class ProposeRemovals(TestCluster cluster)
{
    [Fact]
    public async Task A_branch_proposes_within_its_budget_and_the_others_wait_by_rank_and_come_next()
    {
        await using var night = await OpenAsync(cluster);
        (await ToldAsync(night)).ShouldBe("10000003 waiting 2, 10000004 waiting 1, 10000005 proposed");
        (await night.StepAsync("2026-11-20", "removal")).ShouldBe("done 4/4 proposed=1 waiting=2");
        var row = (await night.Api.GetAsync("removals?state=proposed&branch=360700")).Items.Single();
        $"{row["benefit"]!["amountFen"]} {row["rent"]!["amountFen"]} {row["sim"]!["amountFen"]} {row["commission"]!["amountFen"]} {row["proposedOn"]}"
            .ShouldBe("30000 24000 6000 0 2026-11-20");

        // Run again, and cut off after a part: nothing is proposed beyond the budget of the date.
        var before = await night.WrittenAsync();
        await night.Api.PostAsync("jobs/night-removal/2026-11-20/rerun", """{"reason":"test"}""");
        await night.WorkAsync();
        (await night.WrittenAsync()).ShouldBe(before);

        await night.Bank.FileAsync("2026-11-21");
        var preview = (await night.Api.GetAsync("nights/2026-11-21/preview?step=removal")).Json["steps"]![0]!;
        NightBank.Told(preview["counts"]!).ShouldBe("proposed=1");
        (await ToldAsync(night)).ShouldBe("10000003 waiting 2, 10000004 waiting 1, 10000005 proposed");
        await RunAsync(night, "2026-11-21");
        (await ToldAsync(night)).ShouldBe("10000003 waiting 1, 10000004 proposed, 10000005 proposed");
        // A passed night gives out no budget.
        await night.Bank.ExecuteAsync("update removal set rank = 7 where state = 'waiting'");
        await night.Api.PostAsync("jobs/night-removal/2026-11-20/rerun", """{"reason":"test"}""");
        await night.WorkAsync();
        (await ToldAsync(night)).ShouldBe("10000003 waiting 7, 10000004 proposed, 10000005 proposed");
    }

    [Fact]
    public async Task A_merchants_last_machine_is_kept_unless_it_is_ordered_as_such()
    {
        await using var night = await OpenAsync(cluster, budget: 9, second: true);
        (await ToldAsync(night)).ShouldBe("10000003 proposed, 10000004 proposed, 10000005 proposed, 20000001 kept");
        var refused = await ActAsync(night, "20000001", "accept", """{"why":"The shop is shut."}""", 1);
        $"{refused.Status} {refused.Text("code")}".ShouldBe("422 removal.last-machine");
        (await StateAsync(night, "20000001")).ShouldBe("suspended");
        var ordered = await ActAsync(night, "20000001", "accept", """{"why":"The shop is shut.","orderLastMachine":true}""", 1);
        $"{ordered.Status} {ordered.Json["state"]} {ordered.Json["lastMachine"]}".ShouldBe("200 ordered true");
        (await StateAsync(night, "20000001")).ShouldBe("removalOrdered");

        // Proposed while it had others; by now they are gone.
        await night.Bank.ExecuteAsync("update terminal set state = 'removalOrdered' where terminal_no in ('10000001', '10000002')");
        (await ActAsync(night, "10000003", "accept", """{"why":"x"}""", 1)).Text("code").ShouldBe("removal.last-machine");
    }

    [Fact]
    public async Task A_sale_in_between_withdraws_proposal_and_order_and_the_machine_is_what_it_was()
    {
        await using var night = await OpenAsync(cluster, budget: 2);
        (await ActAsync(night, "10000005", "accept", """{"why":"Idle."}""", 1)).Status.ShouldBe(200);
        (await StateAsync(night, "10000005")).ShouldBe("removalOrdered");
        await night.Bank.FileAsync("2026-11-21");
        await night.Bank.PostAsync(1, 4, "2026-11-21", stan: 901);
        await night.Bank.PostAsync(1, 5, "2026-11-21", stan: 902);

        // Somebody is quicker than the night: the proposal is withdrawn by that.
        var late = await ActAsync(night, "10000004", "accept", """{"why":"Idle."}""", 1);
        $"{late.Status} {late.Text("code")} {late.Json["details"]!["on"]}".ShouldBe("409 removal.sold-again 2026-11-21");
        (await ActAsync(night, "10000004", "accept", """{"why":"Idle."}""", 2)).Text("code").ShouldBe("removal.illegal-step");
        (await StateAsync(night, "10000004")).ShouldBe("suspended");

        var preview = (await night.Api.GetAsync("nights/2026-11-21/preview?step=removal")).Json["steps"]![0]!;
        NightBank.Told(preview["counts"]!).ShouldBe("proposed=1 withdrawn=1");
        await RunAsync(night, "2026-11-21");
        (await ToldAsync(night)).ShouldBe("10000003 proposed, 10000004 withdrawn soldAgain, 10000005 withdrawn soldAgain");
        (await StateAsync(night, "10000005")).ShouldBe("suspended");
        var history = (await night.Api.GetAsync($"removals/{await IdAsync(night, "10000005")}")).Json["history"]!.AsArray();
        string.Join("; ", history.Select(h => $"{h!["act"]} {h["why"]} {h["businessDate"]}")).ShouldBe(
            "withdraw soldAgain 2026-11-21 2026-11-21; accept Idle. ; propose benefit 30000, rank - 2026-11-20");
        (await night.Bank.ScalarAsync<long>("select count(*) from outbox_event where type = 'removal.withdraw'")).ShouldBe(2);
        (await night.Bank.ScalarAsync<string>("select string_agg(state, ' ' order by terminal_id) from follow_up where kind = 'recover'")).ShouldBe("open ended ended");
    }

    [Fact]
    public async Task A_rejected_machine_is_not_proposed_again_for_the_same_silence()
    {
        await using var night = await OpenAsync(cluster);
        var rejected = await ActAsync(night, "10000005", "reject", """{"why":"A court keeps it."}""", 1, "r1");
        $"{rejected.Status} {rejected.Json["state"]}".ShouldBe("200 rejected");
        (await ActAsync(night, "10000005", "reject", """{"why":"A court keeps it."}""", 1, "r1")).Json.ToJsonString().ShouldBe(rejected.Json.ToJsonString());
        await night.Bank.FileAsync("2026-11-21");
        await RunAsync(night, "2026-11-21");
        (await ToldAsync(night)).ShouldBe("10000003 waiting 1, 10000004 proposed, 10000005 rejected A court keeps it.");
    }

    [Fact]
    public async Task Of_ten_who_decide_at_once_one_is_heard()
    {
        await using var night = await OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => ActAsync(night, "10000005", i % 2 == 0 ? "accept" : "reject", $$"""{"why":"{{i}}"}""", 1, $"many-{i}")));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 412);
    }
}
