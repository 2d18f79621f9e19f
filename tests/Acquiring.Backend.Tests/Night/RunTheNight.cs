using Acquiring.Backend.Night;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Night;

public sealed class RunTheNight(TestCluster cluster)
{
    [Fact]
    public async Task A_night_closes_the_date_and_the_missed_ones_and_ranks_the_merchants()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var asked = await night.AskAsync("2026-11-20");
        $"{asked.Status} {asked.Json["changed"]} {asked.Json["state"]} {asked.Json["waitsFor"]}".ShouldBe("202 True waiting ".ToLowerInvariant());
        (await night.TellAsync("2026-11-20")).ShouldBe("waiting: files waiting 0/1; close waiting 0/1; tiers waiting 0/4");
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldBe("done: files done 1/1 expected=1 missing=0; close done 1/1 3m=1; tiers done 4/4 first=2");
        (await night.Bank.ScalarAsync<string>("select job from job_shard where state = 'done' group by job, step order by step desc limit 1")).ShouldBe("night-reports");
        (await night.Bank.ScalarAsync<long>("select count(*) from alarm_block_run where business_date = '2026-11-20'")).ShouldBe(1);
        (await night.Bank.ScalarAsync<string>("select string_agg(business_date::text, ' ' order by business_date) from business_day_close"))
            .ShouldBe("2026-11-17 2026-11-18 2026-11-19 2026-11-20");
        var again = await night.AskAsync("2026-11-20");
        $"{again.Status} {again.Json["changed"]} {again.Json["state"]}".ShouldBe("202 false done");
        (await night.WorkAsync()).ShouldBe(0);
        (await night.Api.GetAsync("book-checks")).Json["ok"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task It_comes_to_the_same_whether_the_day_was_closed_by_hand_before_or_not()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        await using var byHand = await NightBank.OpenAsync(cluster);
        (await byHand.Api.PostAsync("business-days/2026-11-20/close", "{}")).Status.ShouldBe(200);
        await byHand.AskAsync("2026-11-20");
        await byHand.WorkAsync();
        (await byHand.WrittenAsync()).ShouldBe(await night.WrittenAsync());
        (await night.Api.PostAsync("business-days/2026-11-20/close", "{}")).Json["alreadyClosed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_missing_file_is_refused_unless_it_is_insisted_and_the_insisting_counts_later_too()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Bank.ExecuteAsync("update clearing_file set state = 'withdrawn' where business_date = '2026-11-18'");
        var refused = await night.AskAsync("2026-11-20");
        $"{refused.Status} {refused.Text("code")}".ShouldBe("409 days.file-missing");
        (await night.Bank.ScalarAsync<long>("select count(*) from job_shard")).ShouldBe(0);

        // Asked for while all was there, and then a file is withdrawn.
        await night.Bank.ExecuteAsync("update clearing_file set state = 'complete' where business_date = '2026-11-18'");
        (await night.AskAsync("2026-11-20")).Status.ShouldBe(202);
        await night.Bank.ExecuteAsync("update clearing_file set state = 'withdrawn' where business_date = '2026-11-20'");
        await night.WorkAsync();
        var waits = (await night.Api.GetAsync("nights/2026-11-20")).Json["steps"]![0]!;
        $"{waits["state"]} {waits["error"]}".ShouldBe("waiting days.file-missing");
        (await night.Bank.ScalarAsync<long>("select count(*) from business_day_close")).ShouldBe(0);
        // Asked again, it tries at once, whatever its pause.
        (await night.AskAsync("2026-11-20")).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        (await night.WorkAsync()).ShouldBe(1);
        (await night.AskAsync("2026-11-20", insist: true)).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        (await night.AskAsync("2026-11-20", insist: true)).Json["changed"]!.GetValue<bool>().ShouldBeFalse();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldStartWith("done: files done 1/1 expected=1 missing=1; close done");
        (await night.Bank.ScalarAsync<string>("select string_agg(business_date::text, ' ') from business_day_close where insisted")).ShouldBe("2026-11-20");
    }

    [Fact]
    public async Task Dates_are_caught_up_in_order_and_one_that_failed_holds_the_later_ones_back()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-18");
        await night.Bank.ExecuteAsync("update job_shard set state = 'failed', error = 'jobs.bug', ended_at = now() where job = 'night-close'");
        var later = await night.AskAsync("2026-11-20");
        $"{later.Status} {later.Json["waitsFor"]}".ShouldBe("202 2026-11-18");
        await night.WorkAsync();
        (await night.TellAsync("2026-11-18")).ShouldBe("failed: files done 1/1 expected=1 missing=0; close failed 0/1; tiers waiting 0/4");
        (await night.TellAsync("2026-11-19")).ShouldBe("waiting: files waiting 0/1; close waiting 0/1; tiers waiting 0/4");
        (await night.Api.PostAsync("jobs/night-close/2026-11-18/rerun", """{"reason":"mended"}""")).Status.ShouldBe(202);
        await night.WorkAsync();
        var list = (await night.Api.GetAsync("nights")).Items;
        string.Join(' ', list.Select(n => $"{n["businessDate"]} {n["state"]}")).ShouldBe("2026-11-20 done 2026-11-19 done 2026-11-18 done");
        (await night.Bank.ScalarAsync<string>(
            "select string_agg(business_date::text || ' ' || job, ', ' order by ended_at, business_date, step) from job_shard where job in ('night-files', 'night-close')"))
            .ShouldBe("2026-11-18 night-files, 2026-11-18 night-close, 2026-11-19 night-files, 2026-11-19 night-close, 2026-11-20 night-files, 2026-11-20 night-close");
        (await night.AskAsync("2026-11-17")).Text("code").ShouldBe("night.date-passed");
    }

    [Fact]
    public async Task A_cancelled_step_is_left_out_and_the_next_goes_on()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        (await night.Api.PostAsync("jobs/night-files/2026-11-20/cancel", """{"reason":"known"}""")).Status.ShouldBe(202);
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldBe("cancelled: files cancelled 0/1; close done 1/1 3m=1; tiers done 4/4 first=2");
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_the_night_then_does()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var before = await night.WrittenAsync();
        var preview = await night.Api.GetAsync("nights/2026-11-20/preview");
        string.Join("; ", preview.Json["steps"]!.AsArray().Where(s => NightBank.IsTold(s!)).Select(s => $"{s!["step"]} {NightBank.Told(s["counts"]!)}"))
            .ShouldBe("files expected=1 missing=0; close 3m=1 dates=4; tiers first=2");
        var change = preview.Json["steps"]![1]!["changes"]!.AsArray().Single()!;
        $"{change["subject"]} {change["change"]} {change["details"]}".ShouldBe("10000002 3m 2026-08-20 > 2026-11-20");
        (await night.WrittenAsync()).ShouldBe(before);
        (await night.Bank.ScalarAsync<long>("select count(*) from night_run")).ShouldBe(0);

        var step = await night.Api.GetAsync("nights/2026-11-25/preview?step=close");
        $"{step.Json["steps"]!.AsArray().Single()!["code"]}".ShouldBe("days.future");
        (await night.Api.GetAsync("nights/2026-11-20/preview?step=clean")).Text("code").ShouldBe("night.step");
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        var after = await night.Api.GetAsync("nights/2026-11-20/preview");
        string.Join("; ", after.Json["steps"]!.AsArray().Where(s => NightBank.IsTold(s!)).Select(s => $"{s!["step"]} {NightBank.Told(s["counts"]!)}".TrimEnd()))
            .ShouldBe("files expected=1 missing=0; close dates=0; tiers");
    }

    [Fact]
    public async Task Ten_who_ask_at_once_ask_once()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(17, 4).Concat(Enumerable.Repeat(20, 6)).Select(d => night.AskAsync($"2026-11-{d}")));
        answers.Count(a => a.Status == 202 && a.Json["changed"]!.GetValue<bool>()).ShouldBeInRange(1, 4);
        (await night.Bank.ScalarAsync<bool>(
            "select count(*) = count(distinct business_date) and count(*) = max(business_date) - min(business_date) + 1 and max(business_date) = '2026-11-20' from night_run"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Steps_are_not_asked_for_alone_and_unknown_nights_say_how_to_ask()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        (await night.Api.PostAsync("jobs/night-tiers/2026-11-20", "{}")).Text("detail").ShouldBe(
            "night-tiers is a step of the night and is not asked for alone. Ask for the night of 2026-11-20: POST /api/v1/nights/2026-11-20, or acquiring night --date 2026-11-20.");
        (await night.Api.GetAsync("nights/2026-11-20", "zh-CN")).Text("detail").ShouldBe(
            "2026-11-20 的日终批处理尚未申请。请申请：POST /api/v1/nights/2026-11-20，或 acquiring night --date 2026-11-20。");
        (await night.AskAsync("2026-11-23")).Text("code").ShouldBe("days.future");
        (await night.AskAsync("1999-01-01")).Text("code").ShouldBe("night.date-range");
    }

    [Fact]
    public async Task What_was_cancelled_goes_on_when_its_night_is_asked_for_again()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        foreach (var job in Enum.GetNames<NightStep>().Select(s => s.ToLowerInvariant()))
        {
            (await night.Api.PostAsync($"jobs/night-{job}/2026-11-20/cancel", """{"reason":"not tonight"}""")).Status.ShouldBe(202);
        }

        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldBe("cancelled: files cancelled 0/1; close cancelled 0/1; tiers cancelled 0/4");
        // The calendar does not take back what a person decided.
        (await night.Api.Services.GetRequiredService<AskForNight>().RunAsync(new(2026, 11, 20), false, JobTriggers.Calendar, null, TestContext.Current.CancellationToken))
            .Value.ShouldBeFalse();
        (await night.AskAsync("2026-11-20")).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        (await night.AskAsync("2026-11-20")).Json["changed"]!.GetValue<bool>().ShouldBeFalse();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldBe("done: files done 1/1 expected=1 missing=0; close done 1/1 3m=1; tiers done 4/4 first=2");
        (await night.Bank.ScalarAsync<string>("select subject || ' ' || (details->>'shards') from audit_entry where act = 'night.again'"))
            .ShouldBe($"2026-11-20 {await night.Bank.ScalarAsync<long>("select count(*) from job_shard")}");
    }

    [Fact]
    public async Task A_cancelled_close_without_its_file_goes_on_only_when_it_is_insisted_and_so_do_the_later_dates()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-19");
        await night.Bank.ExecuteAsync("update clearing_file set state = 'withdrawn' where business_date = '2026-11-19'");
        await night.Api.PostAsync("jobs/night-files/2026-11-19/cancel", """{"reason":"known"}""");
        await night.Api.PostAsync("jobs/night-close/2026-11-19/cancel", """{"reason":"known"}""");
        await night.WorkAsync();
        // A close closes the dates before it, so the 20th wants the 19th's file as well.
        (await night.AskAsync("2026-11-20")).Text("code").ShouldBe("days.file-missing");
        (await night.AskAsync("2026-11-19")).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-19")).ShouldStartWith("waiting: files waiting 0/1; close waiting 0/1");
        await night.Api.PostAsync("jobs/night-files/2026-11-19/cancel", """{"reason":"known"}""");
        await night.Api.PostAsync("jobs/night-close/2026-11-19/cancel", """{"reason":"known"}""");
        (await night.AskAsync("2026-11-19", insist: true)).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        await night.WorkAsync();
        (await night.TellAsync("2026-11-19")).ShouldStartWith("done: files done 1/1 expected=1 missing=1; close done 1/1; tiers done 4/4");
        (await night.AskAsync("2026-11-20")).Status.ShouldBe(202);
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldStartWith("done: ");
    }

    [Fact]
    public async Task Tiers_cancelled_half_way_hold_the_next_night_up_until_their_own_is_asked_for_again()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-19");
        await night.WorkAsync();
        // As though the run of the 19th had been cancelled between its begin and its last part.
        await night.Bank.CorruptAsync("delete from tier_block_run; update job_shard set state = 'cancelled' where job = 'night-tiers'");
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        var tiers = (await night.Api.GetAsync("nights/2026-11-20")).Json["steps"]![2]!;
        $"{tiers["state"]} {tiers["error"]}".ShouldBe("waiting tiers.night-before-open");
        (await night.AskAsync("2026-11-19")).Json["changed"]!.GetValue<bool>().ShouldBeTrue();
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        (await night.TellAsync("2026-11-19")).ShouldStartWith("done: ");
        (await night.TellAsync("2026-11-20")).ShouldStartWith("done: ");
    }

    [Fact]
    public async Task A_dry_run_does_not_close_more_dates_than_a_month_has()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Bank.FilesAsync("2026-10-17", "2026-11-16");
        $"{(await night.Api.GetAsync("nights/2026-11-16/preview?step=close")).Json["steps"]![0]!["counts"]!["dates"]}".ShouldBe("31");
        var refused = (await night.Api.GetAsync("nights/2026-11-17/preview?step=close")).Json["steps"]![0]!;
        $"{refused["code"]}".ShouldBe("days.preview-too-long");
        $"{refused["detail"]}".ShouldContain("2026-11-16");
        (await night.Bank.ScalarAsync<long>("select count(*) from business_day_close")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dry_run_of_a_passed_date_says_that_nothing_would_be_done_as_the_run_does()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.Api.PostAsync("business-days/2026-11-20/close", "{}");
        (await night.Api.PostAsync("tier-runs", """{"date":"2026-11-20","dryRun":false}""")).Status.ShouldBe(200);
        (await night.Api.PostAsync("alarm-runs", """{"date":"2026-11-20","dryRun":false}""")).Status.ShouldBe(200);
        foreach (var step in (string[])["tiers", "alarms"])
        {
            var preview = (await night.Api.GetAsync($"nights/2026-11-19/preview?step={step}")).Json["steps"]![0]!;
            $"{preview["code"]}{NightBank.Told(preview["counts"]!)}".ShouldBe("", step);
        }

        await night.AskAsync("2026-11-19");
        await night.WorkAsync();
        (await night.TellAsync("2026-11-19")).ShouldBe("done: files done 1/1 expected=1 missing=0; close done 1/1; tiers done 4/4");
    }
}
