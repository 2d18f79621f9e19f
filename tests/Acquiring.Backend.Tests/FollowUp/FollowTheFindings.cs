using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.FollowUp;

/// <summary>Machine 10000002 sold last on 2026-08-20: its three months are over on 2026-11-20.</summary>
public sealed class FollowTheFindings(TestCluster cluster)
{
    private const string Tasks =
        "select string_agg(concat_ws(' ', t.terminal_no, f.kind, f.state, f.result, f.since, f.due_on), '; ' order by f.follow_up_id) from follow_up f join terminal t using (terminal_id)";

    [Fact]
    public async Task Three_months_put_the_machine_under_watch_and_give_its_manager_a_task_once()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Bank.ExecuteAsync(
            """
            insert into account_manager (manager_code, branch_code, changed_at) values ('M001', '360700', now());
            insert into merchant_care (merchant_id, valid_from, manager_code, branch_code) values (1, '2026-01-01', 'M001', '360700')
            """);
        await RunAsync(night, "2026-11-20");
        (await night.Bank.ScalarAsync<string>(Tasks)).ShouldBe("10000002 reverify open 2026-08-20 2026-12-20");
        (await night.Bank.ScalarAsync<string>("select state || ' ' || version from terminal where terminal_no = '10000002'")).ShouldBe("watch 2");
        (await night.Bank.ScalarAsync<string>("select actor || ': ' || why from terminal_step")).ShouldBe("night: no sale since 2026-08-20, judged 2026-11-20");
        var row = (await night.Api.GetAsync("follow-ups?branch=360700&owner=M001&kind=reverify&state=open")).Items.Single();
        $"{row["kind"]} {row["state"]} {row["terminalNo"]} {row["owner"]} {row["dueOn"]} {row["overdue"]}".ShouldBe("reverify open 10000002 M001 2026-12-20 false");
        (await night.Bank.ScalarAsync<long>("select count(*) from outbox_event where type = 'followUp.open'")).ShouldBe(1);

        // Run again, and once more with every machine noted, nothing is done twice.
        var before = await night.WrittenAsync();
        await night.Bank.ExecuteAsync("insert into follow_up_due (terminal_id, noted_on) select terminal_id, '2026-11-20' from terminal");
        (await night.Api.PostAsync("jobs/night-follow/2026-11-20/rerun", """{"reason":"test"}""")).Status.ShouldBe(202);
        await night.WorkAsync();
        (await night.WrittenAsync()).ShouldBe(before);
        (await night.Bank.ScalarAsync<long>("select count(*) from follow_up_due")).ShouldBe(0);
    }

    [Fact]
    public async Task A_sale_after_the_finding_ends_the_task_and_a_withdrawn_one_opens_it_again()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await RunAsync(night, "2026-11-20");
        await night.Bank.FileAsync("2026-11-21");
        await night.Bank.PostAsync(1, 2, "2026-11-21", stan: 900);
        await RunAsync(night, "2026-11-21");
        (await night.Bank.ScalarAsync<string>(Tasks)).ShouldBe("10000002 reverify ended soldAgain 2026-08-20 2026-12-20");
        var task = await night.Api.GetAsync("follow-ups/1");
        string.Join(", ", task.Json["history"]!.AsArray().Select(s => $"{s!["act"]} {s["why"]} {s["businessDate"]} {s["actor"]}"))
            .ShouldBe("end soldAgain 2026-11-21 night, open since 2026-08-20 2026-11-20 night");

        await night.Bank.FileAsync("2026-11-22");
        await night.Bank.PostAsync(1, 2, "2026-11-21", stan: 900, turn: 1, businessDate: "2026-11-22");
        await RunAsync(night, "2026-11-22");
        (await night.Bank.ScalarAsync<string>(Tasks)).ShouldBe("10000002 reverify open 2026-08-20 2026-12-22");
    }

    [Fact]
    public async Task A_deadline_that_passes_suspends_the_machine()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Bank.ExecuteAsync("insert into work_term values ('reverifyDays', '360700', '2026-11-01', 1, 'test', 'test', 'test', now())");
        await RunAsync(night, "2026-11-20");
        await night.Bank.FilesAsync("2026-11-21", "2026-11-22");
        await RunAsync(night, "2026-11-21");
        (await night.Bank.ScalarAsync<string>("select state from terminal where terminal_no = '10000002'")).ShouldBe("watch");
        await RunAsync(night, "2026-11-22");
        (await night.Bank.ScalarAsync<string>(Tasks)).ShouldBe("10000002 reverify done overdue 2026-08-20 2026-11-21");
        (await night.Bank.ScalarAsync<string>("select state from terminal where terminal_no = '10000002'")).ShouldBe("suspended");
        (await night.StepAsync("2026-11-22", "follow")).ShouldBe("done 4/4 overdue=1");
        (await night.Bank.ScalarAsync<long>("select count(*) from outbox_event where type = 'terminal.suspend'")).ShouldBe(1);
    }

    [Fact]
    public async Task Twelve_months_stop_the_service_and_ask_for_the_machine_and_a_spare_is_left_alone()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Bank.TerminalAsync("10000003", 1, knownActivityOn: "2025-11-20");
        await night.Bank.TerminalAsync("10000004", 1, knownActivityOn: "2025-11-20", spare: true);
        await RunAsync(night, "2026-11-20");
        (await night.Bank.ScalarAsync<string>(Tasks + " where f.kind = 'recover'")).ShouldBe("10000003 recover open 2025-11-20 2026-12-20");
        (await night.Bank.ScalarAsync<string>("select string_agg(state, ' ' order by terminal_no) from terminal")).ShouldBe("active watch suspended active");
    }

    [Fact]
    public async Task A_night_follows_so_many_machines_and_the_next_one_goes_on()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        for (var i = 3; i <= 9; i++)
        {
            await night.Bank.TerminalAsync($"1000000{i}", 1, knownActivityOn: "2026-08-01");
        }

        // Four parts of a night, one machine each; terminals 2, 6 and 9 share no part with all others.
        await night.Bank.ExecuteAsync("insert into work_term values ('followPerNight', '', '2026-11-01', 4, 'test', 'test', 'test', now())");
        var preview = (await night.Api.GetAsync("nights/2026-11-20/preview?step=follow")).Json["steps"]![0]!;
        NightBank.Told(preview["counts"]!).ShouldBe("");
        await RunAsync(night, "2026-11-20");
        (await night.StepAsync("2026-11-20", "follow")).ShouldStartWith("done 4/4 reverify=4 waiting=");
        await night.Bank.FileAsync("2026-11-21");
        NightBank.Told((await night.Api.GetAsync("nights/2026-11-21/preview?step=follow")).Json["steps"]![0]!["counts"]!).ShouldBe("reverify=4");
        await RunAsync(night, "2026-11-21");
        (await night.Bank.ScalarAsync<long>("select count(*) from follow_up where state = 'open'")).ShouldBe(8);
        (await night.Bank.ScalarAsync<long>("select count(*) from follow_up_due")).ShouldBe(0);

        // A night that is passed judges nothing by what stood then.
        await night.Bank.ExecuteAsync("insert into follow_up_due (terminal_id, noted_on) select terminal_id, '2026-11-21' from terminal");
        await night.Api.PostAsync("jobs/night-follow/2026-11-20/rerun", """{"reason":"test"}""");
        await night.WorkAsync();
        (await night.Bank.ScalarAsync<long>("select count(*) from follow_up_due")).ShouldBe(9);
    }

    private static async Task RunAsync(NightBank night, string date)
    {
        (await night.AskAsync(date)).Status.ShouldBe(202);
        await night.WorkAsync();
    }
}
