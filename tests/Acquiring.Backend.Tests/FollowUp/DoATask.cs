using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.FollowUp;

/// <summary>Task 1 is to verify the merchant of machine 10000002 again, which is under watch.</summary>
public sealed class DoATask(TestCluster cluster)
{
    [Fact]
    public async Task Passed_ends_the_watch_and_a_repetition_is_answered_the_same()
    {
        await using var night = await OpenAsync();
        const string body = """{"result":"passed","why":"Seen on the spot."}""";
        var done = await ActAsync(night, "complete", body, 1, "k1");
        $"{done.Status} {done.Json["state"]} {done.Json["result"]} {done.ETag}".ShouldBe("200 done passed \"2\"");
        (await StateAsync(night)).ShouldBe("active");
        var again = await ActAsync(night, "complete", body, 1, "k1");
        again.Json.ToJsonString().ShouldBe(done.Json.ToJsonString());
        (await ActAsync(night, "complete", body, 1, "k2")).Text("code").ShouldBe("request.stale");
        (await ActAsync(night, "complete", body, 2, "k3")).Text("code").ShouldBe("follow-up.is-over");
        (await night.Bank.ScalarAsync<long>("select count(*) from terminal_step where act = 'verify'")).ShouldBe(1);

        // Nothing follows the same silence a second time.
        await night.Bank.FileAsync("2026-11-21");
        await night.AskAsync("2026-11-21");
        await night.WorkAsync();
        (await night.Bank.ScalarAsync<string>("select string_agg(kind || ' ' || state, ',') from follow_up")).ShouldBe("reverify done");
    }

    [Fact]
    public async Task Failed_suspends_the_machine_and_its_next_notice_is_refused()
    {
        await using var night = await OpenAsync();
        (await ActAsync(night, "complete", """{"result":"failed","why":"The shop is empty."}""", 1)).Status.ShouldBe(200);
        (await StateAsync(night)).ShouldBe("suspended");
        (await night.Bank.ScalarAsync<string>("select why || ' ' || actor from terminal_step where act = 'suspend'")).ShouldBe("The shop is empty. operator");
    }

    [Fact]
    public async Task Refusals_come_in_their_order()
    {
        await using var night = await OpenAsync();
        foreach (var (act, body, version, expected) in ((string, string, int?, string)[])
        [
            ("complete", """{"result":"passed","why":"x"}""", null, "428 request.if-match-missing"),
            ("complete", """{"result":"passed","why":" "}""", 9, "400 follow-up.text"),
            ("complete", """{"result":"passed","why":"6222021234567890128"}""", 9, "400 follow-up.card-in-text"),
            ("complete", """{"result":"passed","why":"x"}""", 9, "412 request.stale"),
            ("complete", """{"result":"done","why":"x"}""", 1, "400 follow-up.result"),
            ("complete", """{"why":"x"}""", 1, "400 follow-up.result"),
            ("reassign", """{"owner":"NOBODY","why":"x"}""", 1, "422 follow-up.unknown-owner"),
        ])
        {
            var answer = await ActAsync(night, act, body, version);
            $"{answer.Status} {answer.Text("code")}".ShouldBe(expected);
        }

        var unknown = await night.Api.PostAsync("follow-ups/77/cancel", """{"why":"x"}""", "en", ("If-Match", "\"1\""));
        $"{unknown.Status} {unknown.Text("code")}".ShouldBe("404 follow-up.unknown");
        (await night.Bank.ScalarAsync<int>("select version from follow_up")).ShouldBe(1);
    }

    [Fact]
    public async Task A_task_is_handed_over_and_cancelled_with_a_reason()
    {
        await using var night = await OpenAsync();
        await night.Bank.ExecuteAsync("insert into account_manager (manager_code, branch_code, changed_at) values ('M002', '360700', now())");
        (await ActAsync(night, "reassign", """{"owner":"M002","why":"On leave."}""", 1)).Text("owner").ShouldBe("M002");
        (await ActAsync(night, "cancel", """{"why":"A court keeps the machine."}""", 2)).Text("state").ShouldBe("cancelled");
        var history = (await night.Api.GetAsync("follow-ups/1")).Json["history"]!.AsArray();
        string.Join("; ", history.Select(s => $"{s!["act"]} {s["why"]}")).ShouldBe("cancel A court keeps the machine.; reassign On leave.; open since 2026-08-20");
        var csv = System.Text.Encoding.UTF8.GetString(await night.Api.GetBytesAsync("follow-ups.csv?state=cancelled"));
        csv.ShouldContain("1,reverify,cancelled,10000002,102360758120001,商户,360700,2026-08-20,M002,2026-11-20,2026-12-20,0,");
    }

    [Fact]
    public async Task Of_ten_who_answer_at_once_one_is_heard()
    {
        await using var night = await OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            ActAsync(night, "complete", $$"""{"result":"{{(i % 2 == 0 ? "passed" : "failed")}}","why":"{{i}}"}""", 1, $"many-{i}")));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 412);
        (await night.Bank.ScalarAsync<long>("select count(*) from terminal_step")).ShouldBe(2);
    }

    [Fact]
    public async Task A_term_counts_from_a_later_date_for_a_branch_and_all_below()
    {
        await using var night = await OpenAsync();
        var terms = await night.Api.GetAsync("work-terms");
        terms.ETag.ShouldBe("\"12\"");
        terms.Items.ShouldAllBe(t => $"{t["source"]}".Contains("unverified"));
        const string body = """{"term":"reverifyDays","value":10,"branch":"360700","effectiveFrom":"2026-11-23","source":"Decision of the branch [U]","why":"Quicker."}""";
        var set = await night.Api.PostAsync("work-terms", body, "en", ("If-Match", "\"12\""));
        $"{set.Status} {set.ETag}".ShouldBe("200 \"13\"");
        (await night.Api.PostAsync("work-terms", body, "en", ("If-Match", "\"12\""))).Status.ShouldBe(412);
        (await night.Api.PostAsync("work-terms", body, "en", ("If-Match", "\"13\""))).Text("code").ShouldBe("work-term.set-already");
        (await night.Bank.ScalarAsync<string>(
            """
            select string_agg(on_date || ' ' || value, ', ' order by on_date) from (values (date '2026-11-22'), ('2026-11-23')) d (on_date), work_terms_on(on_date)
            where term = 'reverifyDays' and branch_code = '360700'
            """)).ShouldBe("2026-11-22 30, 2026-11-23 10");
    }

    private async Task<NightBank> OpenAsync()
    {
        var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        return night;
    }

    private static Task<string> StateAsync(NightBank night) => night.Bank.ScalarAsync<string>("select state from terminal where terminal_no = '10000002'");

    private static Task<Answer> ActAsync(NightBank night, string act, string body, int? version, string? key = null)
    {
        var headers = new List<(string, string)>();
        if (version is { } v)
        {
            headers.Add(("If-Match", $"\"{v}\""));
        }

        if (key is not null)
        {
            headers.Add(("Idempotency-Key", key));
        }

        return night.Api.PostAsync($"follow-ups/1/{act}", body, "en", [.. headers]);
    }
}
