using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Scorecards;

public sealed class AskForAScorecard(TestCluster cluster)
{
    /// <summary>Open, active, rural, installed, idle, idle for a year, volume, sales, commission, rural volume, then 0.</summary>
    private const string Columns =
        "business_date, branch_code, manager_code, merchants_open, merchants_active, rural_merchants, terminals_installed, idle_terminals, idle_year_terminals, volume_fen, transactions, commission_fen, rural_volume_fen, terminals_removed, terminals_redeployed, tier_promotions, tier_demotions";

    [Fact]
    public async Task Before_any_date_is_counted_nothing_is_known_and_that_is_said()
    {
        await using var bank = await OpenAsync();
        var answer = await bank.Api.GetAsync("scorecards?from=2026-10-01&to=2026-10-31");
        $"{answer.Status} {answer.Json["countedThrough"]} {Figure(answer.Json["whole"]!, "volumeFen")} {Figure(answer.Json["whole"]!, "activeShare")}".ShouldBe("200  fen - - - perTenThousand - - -");
        answer.Text("note").ShouldBe("No date of this period is counted yet. Close its dates and let the night run; until then nothing is known.");
        (await bank.Api.GetAsync("scorecards?from=2026-10-01&to=2026-10-31", "zh-CN")).Text("note").ShouldBe("该区间尚无已统计的日期。请先完成日终并运行日终批处理；在此之前各项数据未知。");
        (await bank.Api.GetAsync("scorecards/rows?measure=volumeFen&from=2026-10-01&to=2026-10-31")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Last_year_and_shares_are_exact_and_what_was_not_counted_whole_is_not_known()
    {
        await using var bank = await OpenAsync();
        // Volume 100, 101, ... a day; of 3 open merchants 2 are active, a year before 1 of 4.
        await bank.Bank.ExecuteAsync(
            $"""
            insert into scorecard_date select d::date, now() from generate_series('2025-02-01'::date, '2025-02-28', '1 day') d
            union all select d::date, now() from generate_series('2026-02-01'::date, '2026-03-10', '1 day') d;
            insert into scorecard_day ({Columns})
            select business_date, '360700', '', 3, 2, 0, 9, 0, 0, 100, 1, -7, 0, 0, 0, 0, 0 from scorecard_date where business_date >= '2026-01-01'
            union all select business_date, '360700', '', 4, 1, 0, 9, 0, 0, 10, 1, -7, 0, 0, 0, 0, 0 from scorecard_date where business_date < '2026-01-01'
            """);
        var whole = (await bank.Api.GetAsync("scorecards?from=2026-02-01&to=2026-02-28")).Json["whole"]!;
        // 28 x 100 and 28 x 10; 2 of 3 is 66.67 %, 1 of 4 is 25 %.
        Figure(whole, "volumeFen").ShouldBe("fen 2800 - 280");
        Figure(whole, "commissionFen").ShouldBe("fen -196 - -196");
        Figure(whole, "merchantsOpen").ShouldBe("merchants 3 - 4");
        Figure(whole, "activeShare").ShouldBe("perTenThousand 6667 - 2500");
        Share(whole, "activeShare").ShouldBe("2/3 1/4");
        Share(whole, "idleShare").ShouldBe("0/9 0/9");
        // No rural volume is 0 of something: a share; last year's March was not counted.
        Figure(whole, "ruralVolumeShare").ShouldBe("perTenThousand 0 - 0");
        var march = (await bank.Api.GetAsync("scorecards?from=2026-03-01&to=2026-03-31")).Json;
        Figure(march["whole"]!, "volumeFen").ShouldBe("fen 1000 - -");
        $"{march["countedThrough"]} {march["datesMissing"]} {march["note"]}".ShouldBe("2026-03-10 0 Counted from 2026-03-01 to 2026-03-10; the rest of the period is not counted.");
        var holes = (await bank.Api.GetAsync("scorecards?from=2025-12-01&to=2026-02-28")).Json;
        $"{holes["datesMissing"]} {Figure(holes["whole"]!, "volumeFen")} {Figure(holes["whole"]!, "merchantsOpen")}".ShouldBe("62 fen - - - merchants 3 - -");
    }

    [Fact]
    public async Task Targets_have_versions_and_those_of_months_make_a_quarter()
    {
        await using var bank = await OpenAsync();
        var first = await SetAsync(bank, """ "branchCode":"360700","measure":"volumeFen","year":2026,"month":1,"value":100 """, 0, "target-1");
        $"{first.Status} {first.ETag} {first.Text("unit")} {first.Text("setBy")}".ShouldBe("200 \"1\" fen operator");
        (await SetAsync(bank, """ "branchCode":"360700","measure":"volumeFen","year":2026,"month":1,"value":100 """, 0, "target-1")).Text("version").ShouldBe("1");
        (await SetAsync(bank, """ "branchCode":"360700","measure":"volumeFen","year":2026,"month":1,"value":101 """, 0)).Status.ShouldBe(412);
        await SetAsync(bank, """ "branchCode":"360700","measure":"volumeFen","year":2026,"month":1,"value":110 """, 1);
        foreach (var month in (int[])[2, 3])
        {
            await SetAsync(bank, $$""" "branchCode":"360700","measure":"volumeFen","year":2026,"month":{{month}},"value":5 """, 0);
            await SetAsync(bank, $$""" "branchCode":"360700","measure":"activeShare","year":2026,"month":{{month}},"value":{{month}}000 """, 0);
        }

        var quarter = (await bank.Api.GetAsync("scorecards?from=2026-01-01&to=2026-03-31&branch=360700")).Json["whole"]!;
        // 110 + 5 + 5; of a share the last month's.
        $"{Target(quarter, "volumeFen")} {Target(quarter, "activeShare")} {Target(quarter, "transactions")}".ShouldBe("120 3000 ");
        Target((await bank.Api.GetAsync("scorecards?from=2026-01-01&to=2026-03-31")).Json["children"]![0]!, "volumeFen").ShouldBe("120");
        Target((await bank.Api.GetAsync("scorecards?from=2026-01-02&to=2026-03-31&branch=360700")).Json["whole"]!, "volumeFen").ShouldBe("");
        (await SetAsync(bank, """ "branchCode":"360700","measure":"volumeFen","year":2026,"month":2,"value":null """, 1)).Text("version").ShouldBe("2");
        Target((await bank.Api.GetAsync("scorecards?from=2026-01-01&to=2026-03-31&branch=360700")).Json["whole"]!, "volumeFen").ShouldBe("");
        await SetAsync(bank, """ "managerCode":"M1","measure":"volumeFen","year":2026,"value":9000 """, 0);
        Target((await bank.Api.GetAsync("scorecards?from=2026-01-01&to=2026-12-31&manager=M1")).Json["whole"]!, "volumeFen").ShouldBe("9000");

        var list = await bank.Api.GetAsync("scorecards/targets?branch=360700&limit=2");
        list.Items.Select(t => $"{t["measure"]} {t["month"]} {t["value"]} {t["version"]}").ShouldBe(["activeShare 2 2000 1", "activeShare 3 3000 1"]);
        (await bank.Api.GetAsync($"scorecards/targets?branch=360700&cursor={list.Text("next")}")).Items.Count.ShouldBe(3);
        (await bank.Bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'scorecard.setTarget'")).ShouldBe(8);
        (await bank.Bank.ScalarAsync<long>("select count(*) from outbox_event where type = 'scorecard.setTarget'")).ShouldBe(8);
    }

    [Theory]
    [InlineData(""" "branchCode":"360700","managerCode":"M1","measure":"volumeFen","year":2026,"value":1 """, 400, "scorecard.target-of-one")]
    [InlineData(""" "branchCode":"360700","measure":"luck","year":2026,"value":1 """, 400, "scorecard.measure")]
    [InlineData(""" "branchCode":"360700","measure":"volumeFen","year":2026,"month":13,"value":1 """, 400, "scorecard.target-period")]
    [InlineData(""" "branchCode":"360700","measure":"idleShare","year":2026,"value":10001 """, 400, "scorecard.target-value")]
    [InlineData(""" "branchCode":"999","measure":"volumeFen","year":2026,"value":1 """, 404, "scorecard.unknown-branch")]
    [InlineData(""" "managerCode":"999","measure":"volumeFen","year":2026,"value":1 """, 404, "scorecard.unknown-manager")]
    public async Task A_target_that_cannot_be_is_refused(string body, int status, string code)
    {
        await using var bank = await OpenAsync();
        var refused = await SetAsync(bank, body, 0);
        $"{refused.Status} {refused.Text("code")}".ShouldBe($"{status} {code}");
        (await bank.Bank.ScalarAsync<long>("select count(*) from scorecard_target")).ShouldBe(0);
    }

    [Theory]
    [InlineData("scorecards?from=2026-01-01", "scorecard.period")]
    [InlineData("scorecards?from=2026-01-02&to=2026-01-01", "scorecard.period")]
    [InlineData("scorecards?from=2025-01-01&to=2026-01-02", "scorecard.period")]
    [InlineData("scorecards?from=2026-01-01&to=2026-01-02&branch=9", "scorecard.unknown-branch")]
    [InlineData("scorecards?from=2026-01-01&to=2026-01-02&manager=9", "scorecard.unknown-manager")]
    [InlineData("scorecards?from=2026-01-01&to=2026-01-02&who=9", "list.unknown-parameter")]
    [InlineData("scorecards/rows?from=2026-01-01&to=2026-01-02&measure=activeShare", "scorecard.measure")]
    public async Task What_cannot_be_asked_is_refused(string path, string code)
    {
        await using var bank = await OpenAsync();
        (await bank.Api.GetAsync(path)).Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task A_night_counts_its_date_tells_what_it_came_to_and_both_files_say_so_in_both_languages()
    {
        await using var bank = await OpenAsync();
        var merchant = await bank.Bank.MerchantAsync("102360758120001");
        var terminal = await bank.Bank.TerminalAsync("10000001", merchant);
        await bank.Bank.FilesAsync("2026-11-20", "2026-11-21");
        await bank.Bank.PostAsync(merchant, terminal, "2026-11-20", stan: 1, amountFen: 12_345, feeFen: 60);
        (await bank.Api.GetAsync("nights/2026-11-20/preview?step=reports")).Json["steps"]![0]!["code"]!.GetValue<string>().ShouldBe("scorecard.date-open");
        await bank.Api.PostAsync("nights/2026-11-20", "{}");
        var worker = bank.Api.Services.GetRequiredService<JobWorker>();
        await worker.RunDueAsync(TestContext.Current.CancellationToken);
        (await bank.Api.GetAsync("nights/2026-11-20")).Json["steps"]!.AsArray().Last()!.ToJsonString().ShouldContain(
            "\"counts\":{\"branches\":1,\"managers\":0,\"transactions\":1}");
        (await bank.Api.GetAsync("nights/2026-11-20/preview?step=reports")).Json["steps"]![0]!["counts"]!.ToJsonString().ShouldBe(
            """{"branches":1,"managers":0,"transactions":1}""");

        var english = await CsvAsync(bank.Api, "scorecards.csv?from=2026-11-20&to=2026-11-20&branch=360700");
        english.Split("\r\n")[0].ShouldBe("\uFEFFPart,Branch,Branch name,Account manager,Measure,Unit,Value,Part of share,Whole of share,Target,Last year");
        english.ShouldContain("\r\nwhole,360700,总行,,Net volume,yuan,123.45,,,,\r\n");
        english.ShouldContain("\r\nwhole,360700,总行,,Active share,%,100.00,1,1,,\r\n");
        english.ShouldContain("\r\naccount manager,360700,总行,nobody,Sales,transactions,1,,,,\r\n");
        var chinese = await CsvAsync(bank.Api, "scorecards.csv?from=2026-11-20&to=2026-11-20&branch=360700&lang=zh-CN");
        chinese.ShouldContain("\r\n合计,360700,总行,,净收单交易额,元,123.45,,,,\r\n");
        (await CsvAsync(bank.Api, "scorecards/rows.csv?measure=volumeFen&from=2026-11-20&to=2026-11-20&lang=zh-CN"))
            .ShouldEndWith("102360758120001,商户,,360700,,净收单交易额,元,123.45\r\n");
        (await bank.Bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'list.export'")).ShouldBe(3);
    }

    private async Task<ScorecardBank> OpenAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync("insert into branch (branch_code, name) values ('360700', '总行'); insert into account_manager (manager_code, branch_code, changed_at) values ('M1', '360700', now())");
        return new(bank, await TestApi.StartAsync(bank));
    }

    private static Task<Answer> SetAsync(ScorecardBank bank, string body, int version, string? key = null) => bank.Api.PutAsync(
        "scorecards/targets", $$"""{{{body}}}""", "en",
        key is null ? [("If-Match", $"\"{version}\"")] : [("If-Match", $"\"{version}\""), ("Idempotency-Key", key)]);

    private static async Task<string> CsvAsync(TestApi api, string path) => Encoding.UTF8.GetString(await api.GetBytesAsync(path));

    private static JsonNode Of(JsonNode card, string measure) => card["figures"]!.AsArray().Single(f => $"{f!["measure"]}" == measure)!;

    /// <summary>Unit, value, target, last year; a hyphen is not known.</summary>
    private static string Figure(JsonNode card, string measure)
    {
        var f = Of(card, measure);
        return $"{f["unit"]} {f["value"]?.ToString() ?? "-"} {f["target"]?.ToString() ?? "-"} {f["lastYear"]?.ToString() ?? "-"}";
    }

    private static string Share(JsonNode card, string measure) =>
        $"{Of(card, measure)["part"]}/{Of(card, measure)["whole"]} {Of(card, measure)["lastYearPart"]}/{Of(card, measure)["lastYearWhole"]}";

    private static string Target(JsonNode card, string measure) => $"{Of(card, measure)["target"]}";

    private sealed record ScorecardBank(TestBank Bank, TestApi Api) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            await Bank.DisposeAsync();
        }
    }
}
