using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Night;

public sealed class RunTheNight(TestCluster cluster)
{
    [Fact]
    public async Task A_night_closes_the_date_and_the_missed_ones_and_ranks_the_merchants()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var asked = await night.AskAsync("2026-11-20");
        $"{asked.Status} {asked.Json["changed"]} {asked.Json["state"]} {asked.Json["waitsFor"]}".ShouldBe("202 True waiting ".ToLowerInvariant());
        (await night.TellAsync("2026-11-20")).ShouldBe("waiting: files waiting 0/1; close waiting 0/1; tiers waiting 0/4; idle waiting 0/4; follow waiting 0/4; removal waiting 0/4");
        await night.WorkAsync();
        (await night.TellAsync("2026-11-20")).ShouldBe("done: files done 1/1 expected=1 missing=0; close done 1/1 3m=1; tiers done 4/4 first=2; idle done 4/4 earlyWarning=1; follow done 4/4 reverify=1; removal done 4/4");
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
        (await night.TellAsync("2026-11-18")).ShouldBe("failed: files done 1/1 expected=1 missing=0; close failed 0/1; tiers waiting 0/4; idle waiting 0/4; follow waiting 0/4; removal waiting 0/4");
        (await night.TellAsync("2026-11-19")).ShouldBe("waiting: files waiting 0/1; close waiting 0/1; tiers waiting 0/4; idle waiting 0/4; follow waiting 0/4; removal waiting 0/4");
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
        (await night.TellAsync("2026-11-20")).ShouldBe("cancelled: files cancelled 0/1; close done 1/1 3m=1; tiers done 4/4 first=2; idle done 4/4 earlyWarning=1; follow done 4/4 reverify=1; removal done 4/4");
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_the_night_then_does()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var before = await night.WrittenAsync();
        var preview = await night.Api.GetAsync("nights/2026-11-20/preview");
        string.Join("; ", preview.Json["steps"]!.AsArray().Select(s => $"{s!["step"]} {NightBank.Told(s["counts"]!)}"))
            .ShouldBe("files expected=1 missing=0; close 3m=1 dates=4; tiers first=2; idle earlyWarning=1; follow ; removal ");
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
        string.Join("; ", after.Json["steps"]!.AsArray().Select(s => $"{s!["step"]} {NightBank.Told(s["counts"]!)}".TrimEnd()))
            .ShouldBe("files expected=1 missing=0; close dates=0; tiers; idle; follow; removal");
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
}
