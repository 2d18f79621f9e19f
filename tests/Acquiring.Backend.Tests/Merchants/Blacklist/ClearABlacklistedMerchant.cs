using System.Text;
using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Blacklist;

public sealed class ClearABlacklistedMerchant(TestCluster cluster)
{
    private const string MerchantNo = "102360754110001";
    private const string Listed = "mark_kind,listed_value,listed_on,reason,source,removed_on\naccount,1510200109200000001,2026-05-01,套现,清算机构,\n";
    private const string AlsoListed = "mark_kind,listed_value,listed_on,reason,source,removed_on\nname,赣州 某超市（有限公司）,2026-05-02,欺诈,监管名单,\n";

    [Fact]
    public async Task A_live_merchant_that_is_listed_gets_a_case_that_is_due_in_ten_days_and_overdue_after_them()
    {
        await using var desk = await OpenAsync();
        var found = (await desk.Api.GetAsync("blacklist-cases?state=open")).Items.ShouldHaveSingleItem();
        $"{found["merchantNo"]} {found["foundOn"]} {found["dueOn"]} {found["overdue"]} {found["version"]}".ShouldBe($"{MerchantNo} 2026-11-22 2026-12-02 false 1");
        var match = found["matches"]!.AsArray().ShouldHaveSingleItem()!;
        $"{match["field"]} {match["value"]} {match["source"]} {match["listedOn"]} {match["reason"]}".ShouldBe(
            "settlementAccount ***0001 清算机构 2026-05-01 套现");
        (await desk.Bank.ScalarAsync<string>(
            "select payload ->> 'merchantNo' || ' ' || (payload ->> 'dueOn') from outbox_event where type = 'blacklistCase.open'"))
            .ShouldBe($"{MerchantNo} 2026-12-02");

        (await desk.Api.GetAsync("blacklist-cases?overdue=true")).Items.ShouldBeEmpty();
        desk.Bank.Clock.Advance(TimeSpan.FromDays(10));
        (await desk.Api.GetAsync("blacklist-cases?overdue=true")).Items.ShouldBeEmpty(); // The last day is in time.
        desk.Bank.Clock.Advance(TimeSpan.FromDays(1));
        (await desk.Api.GetAsync("blacklist-cases?overdue=true")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task To_clear_a_case_closes_the_merchant_and_returns_its_machines_in_one_act()
    {
        await using var desk = await OpenAsync();
        await desk.Bank.TerminalAsync("10000001", await desk.Bank.ScalarAsync<int>("select merchant_id from merchant"));
        (await ActAsync(desk, "clear", 2)).Status.ShouldBe(412);
        var cleared = await ActAsync(desk, "clear", 1, key: "k");
        cleared.Text("state").ShouldBe("cleared");
        cleared.ETag.ShouldBe("\"2\"");
        (await ActAsync(desk, "clear", 1, key: "k")).Json.ToJsonString().ShouldBe(cleared.Json.ToJsonString());
        (await desk.Api.GetAsync($"merchants/{MerchantNo}")).Text("state").ShouldBe("closed");
        (await desk.Bank.ScalarAsync<string>("select state from terminal")).ShouldBe("inStock");
        (await ActAsync(desk, "clear", 2)).Text("code").ShouldBe("blacklist-case.decided");
        (await HistoryAsync(desk)).ShouldBe(["open", "clear"]);
        (await desk.Bank.ScalarAsync<long>("select count(*) from outbox_event where type in ('merchant.close', 'blacklistCase.clear')")).ShouldBe(2);
    }

    [Fact]
    public async Task To_close_the_merchant_by_its_own_act_clears_the_case_too()
    {
        await using var desk = await OpenAsync();
        (await desk.Api.PostAsync($"merchants/{MerchantNo}/close", """{"why":"x"}""", "en", ("If-Match", "\"1\""))).Status.ShouldBe(200);
        (await desk.Api.GetAsync("blacklist-cases/1")).Text("state").ShouldBe("cleared");
    }

    [Fact]
    public async Task With_an_open_case_there_is_no_machine_and_no_lift_until_it_is_dismissed_with_evidence()
    {
        await using var desk = await OpenAsync();
        await desk.Api.PostAsync($"merchants/{MerchantNo}/suspend", """{"why":"x","cure":"x"}""", "en", ("If-Match", "\"1\""));
        await desk.Api.PostAsync("terminal-stock-ins", """{"model":"N86","items":[{"serialNo":"S1","terminalNo":"10000001"}]}""");
        var lift = await desk.Api.PostAsync($"merchants/{MerchantNo}/lift", """{"hold":2,"why":"x"}""", "en", ("If-Match", "\"2\""));
        lift.Text("code").ShouldBe("merchants.blacklist-case-open");
        lift.Json["details"]!["dueOn"]!.ToString().ShouldBe("2026-12-02");
        var assign = $$"""{"merchantNo":"{{MerchantNo}}","installationAddress":"x"}""";
        (await desk.Api.PostAsync("terminals/10000001/assign", assign, "en", ("If-Match", "\"1\""))).Text("code").ShouldBe("merchants.blacklist-case-open");

        (await ActAsync(desk, "dismiss", 1, """{"why":"同名","document":""}""")).Text("code").ShouldBe("merchant.text");
        var dismissed = await ActAsync(desk, "dismiss", 1, """{"why":"账号已易主","document":"函2026-11"}""");
        $"{dismissed.Text("state")} {dismissed.Text("document")}".ShouldBe("dismissed 函2026-11");
        (await desk.Api.PostAsync($"merchants/{MerchantNo}/lift", """{"hold":2,"why":"x"}""", "en", ("If-Match", "\"2\""))).Status.ShouldBe(200);
        (await desk.Api.PostAsync("terminals/10000001/assign", assign, "en", ("If-Match", "\"1\""))).Status.ShouldBe(200);
        // The same list again opens none; another entry does, and its machine is not set up.
        (await ImportAsync(desk, Listed)).Text("casesOpened").ShouldBe("0");
        (await ImportAsync(desk, AlsoListed)).Text("casesOpened").ShouldBe("1");
        (await desk.Api.PostAsync("terminals/10000001/install", "{}", "en", ("If-Match", "\"2\""))).Text("code").ShouldBe("merchants.blacklist-case-open");
    }

    [Fact]
    public async Task What_is_found_beside_an_open_case_is_added_to_it_and_its_deadline_stays()
    {
        await using var desk = await OpenAsync();
        desk.Bank.Clock.Advance(TimeSpan.FromDays(3));
        var more = await ImportAsync(desk, AlsoListed);
        $"{more.Text("casesOpened")} {more.Text("casesExtended")}".ShouldBe("0 1");
        var found = await desk.Api.GetAsync("blacklist-cases/1");
        $"{found.Text("dueOn")} {found.Text("version")} {found.Json["matches"]!.AsArray().Count}".ShouldBe("2026-12-02 2 2");
        (await HistoryAsync(desk)).ShouldBe(["open", "addMatches"]);
    }

    private async Task<OnboardingDesk> OpenAsync()
    {
        var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        await desk.Bank.ExecuteAsync("alter table blacklist_case alter blacklist_case_id restart with 1");
        (await ImportAsync(desk, Listed)).Text("casesOpened").ShouldBe("1");
        return desk;
    }

    private static Task<Answer> ImportAsync(OnboardingDesk desk, string rows) =>
        desk.Api.PostBytesAsync("blacklist-imports", Encoding.UTF8.GetBytes(rows));

    private static Task<Answer> ActAsync(OnboardingDesk desk, string act, int version, string body = """{"why":"清退"}""", string? key = null) =>
        key is null
            ? desk.Api.PostAsync($"blacklist-cases/1/{act}", body, "en", ("If-Match", $"\"{version}\""))
            : desk.Api.PostAsync($"blacklist-cases/1/{act}", body, "en", ("If-Match", $"\"{version}\""), ("Idempotency-Key", key));

    private static async Task<IEnumerable<string>> HistoryAsync(OnboardingDesk desk) =>
        (await desk.Api.GetAsync("blacklist-cases/1/history")).Items.Select(s => $"{s["act"]}");
}
