using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdleSweep;

public sealed class AskForIdleTerminals(TestCluster cluster)
{
    [Fact]
    public async Task Each_says_its_clock_numbers_rule_and_what_would_change_it_in_both_languages()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        await bank.TerminalAsync("10000001", merchant, knownActivityOn: "2026-08-18");
        await bank.TerminalAsync("10000002", merchant, installedOn: "2025-01-31");
        await bank.TerminalAsync("10000003", merchant, installedOn: "2025-01-31", spare: true);
        await bank.FilesAsync("2026-11-14", "2026-11-20", without: "2026-11-16");
        await using var api = await TestApi.StartAsync(bank);

        var idle = (await api.GetAsync("idle-terminals?on=2026-11-20")).Items;
        idle.Select(i => $"{i["terminalNo"]} {i["merchantNo"]} {i["clock"]} {i["lastActivityOn"]} {i["activitySource"]} {i["dueOn"]} {i["incompleteDays"]}")
            .ShouldBe([
                "10000001 102360758120001 3m 2026-08-18 registry 2026-11-19 1",
                "10000002 102360758120001 12m 2025-01-31 installation 2026-01-31 0"]);
        $"{idle[0]["rule"]}".ShouldBe("中支协发〔2021〕161号 [S/R]");
        $"{idle[0]["explanation"]}".ShouldContain("registry, on 2026-08-18; the clock stood still for 1 date(s) without complete files and ran out on 2026-11-19");
        // Twelve months after 2026-08-18, and the one incomplete date.
        $"{idle[0]["whatWouldChange"]}".ShouldContain("moves to the 12-month clock on 2027-08-19");
        var chinese = (await api.GetAsync("idle-terminals?on=2026-11-20", "zh-CN")).Items;
        $"{chinese[1]["explanation"]}".ShouldStartWith("自装机日（2025-01-31，此后无任何交易）起已连续十二个月无交易");
        chinese.ShouldAllBe(i => !$"{i["explanation"]}{i["whatWouldChange"]}".Contains('{'));
        idle.ShouldAllBe(i => !$"{i["explanation"]}{i["whatWouldChange"]}".Contains('{'));
    }

    [Fact]
    public async Task Pages_show_each_terminal_once()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        for (var t = 1; t <= 7; t++)
        {
            await bank.TerminalAsync($"1000000{t}", merchant);
        }

        await using var api = await TestApi.StartAsync(bank);
        var first = await api.GetAsync("idle-terminals?on=2026-11-20&limit=4");
        var second = await api.GetAsync($"idle-terminals?on=2026-11-20&limit=4&cursor={first.Text("next")}");
        first.Items.Concat(second.Items).Select(i => $"{i["terminalNo"]}").ShouldBe(Enumerable.Range(1, 7).Select(t => $"1000000{t}"));
        second.Json["next"].ShouldBeNull();
    }

    [Fact]
    public async Task A_date_out_of_range_is_refused()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        (await api.GetAsync("idle-terminals?on=2027-11-23")).Json["items"].ShouldNotBeNull();
        (await api.GetAsync("idle-terminals?on=2027-11-24")).Text("code").ShouldBe("idle.date-range");
        (await api.GetAsync("idle-terminals?on=1999-12-31")).Text("code").ShouldBe("idle.date-range");
    }

    [Fact]
    public async Task Findings_and_business_days_are_told_as_the_close_left_them()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360758120001"), knownActivityOn: "2026-08-18");
        await bank.FilesAsync("2026-11-17", "2026-11-18");
        await using var api = await TestApi.StartAsync(bank);

        var refused = await api.PostAsync("business-days/2026-11-19/close", "{}", "zh-CN");
        refused.Status.ShouldBe(409);
        refused.Text("detail").ShouldContain("缺少 1 个应到文件：2026-11-19 (default)");
        (await api.PostAsync("business-days/2026-11-19/close", """{"insist": true}""")).Json.ToJsonString().ShouldBe(
            """{"businessDate":"2026-11-19","alreadyClosed":false,"closed":[{"businessDate":"2026-11-17","complete":true,"insisted":false,"findings":0},{"businessDate":"2026-11-18","complete":true,"insisted":false,"findings":1},{"businessDate":"2026-11-19","complete":false,"insisted":true,"findings":0}]}""");

        var finding = (await api.GetAsync("idle-findings?terminalNo=10000001&from=2026-11-18&to=2026-11-18")).Items.ShouldHaveSingleItem();
        $"{finding["judgedOn"]} {finding["verdict"]} {finding["dueOn"]}".ShouldBe("2026-11-18 3m 2026-11-18");
        (await api.GetAsync("idle-findings?from=2026-11-19")).Items.ShouldBeEmpty();
        var day = await api.GetAsync("business-days/2026-11-19");
        $"{day.Json["complete"]} {day.Json["closed"]} {day.Json["insisted"]} {day.Json["channels"]!.ToJsonString()}"
            .ShouldBe("""false true true [{"channel":"default","expected":true,"had":false,"files":[]}]""");
        (await api.GetAsync("business-days?from=2026-11-17&to=2026-11-20")).Items.Select(d => $"{d["closed"]}").ShouldBe(["true", "true", "true", "false"]);
        (await api.GetAsync("business-days?from=2026-11-17&to=2026-11-16")).Text("code").ShouldBe("days.range");
        (await api.PostAsync("business-days/2026-11-23/close", "{}")).Text("code").ShouldBe("days.future");
        var books = await api.GetAsync("book-checks");
        books.Text("ok").ShouldBe("true");
        books.Json["checks"]!.AsArray().ShouldAllBe(c => $"{c!["text"]}" != $"{c["code"]}");
    }
}
