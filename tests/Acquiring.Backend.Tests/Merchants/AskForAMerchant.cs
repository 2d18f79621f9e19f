using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants;

public sealed class AskForAMerchant(TestCluster cluster)
{
    [Fact]
    public async Task The_grain_tells_days_months_fees_terminals_and_last_activity()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.TerminalAsync("10000002", merchant, knownActivityOn: "2026-08-18");
        // Today is 2026-11-22: the 31 days begin on 10-23, the 13 months on 2025-11-01.
        await bank.PostAsync(merchant, terminal, "2025-10-31", stan: 1);
        await bank.PostAsync(merchant, terminal, "2025-11-01", stan: 1);
        await bank.PostAsync(merchant, terminal, "2026-10-22", stan: 1);
        await bank.PostAsync(merchant, terminal, "2026-10-23", stan: 1);
        await bank.PostAsync(merchant, terminal, "2026-11-20", stan: 1);
        await using var api = await TestApi.StartAsync(bank);

        var answer = await api.GetAsync("merchants/102360758120001");
        answer.Text("lastSaleOn").ShouldBe("2026-11-20");
        answer.Json["days"]!.AsArray().Select(d => $"{d!["period"]}").ShouldBe(["2026-10-23", "2026-11-20"]);
        answer.Json["months"]!.AsArray().Select(d => $"{d!["period"]} {d["sales"]}").ShouldBe(["2025-11 1", "2026-10 2", "2026-11 1"]);
        answer.Json["feeOfDays"]!["amountFen"]!.GetValue<long>().ShouldBe(120);
        answer.Json["feeOfMonths"]!["amountFen"]!.GetValue<long>().ShouldBe(240);
        answer.Json["terminals"]!.AsArray().Select(t => $"{t!["terminalNo"]} {t["lastActivityOn"]} {t["activitySource"]}")
            .ShouldBe(["10000001 2026-11-20 sale", "10000002 2026-08-18 registry"]);
    }

    [Fact]
    public async Task What_it_remembers_follows_commits()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await using var api = await TestApi.StartAsync(bank);
        (await api.GetAsync("merchants/102360758120001")).Json["lastSaleOn"].ShouldBeNull();

        await bank.PostAsync(merchant, terminal, "2026-11-20", stan: 1);
        (await api.GetAsync("merchants/102360758120001")).Json["lastSaleOn"].ShouldBeNull();
        bank.Changes.Advance();
        (await api.GetAsync("merchants/102360758120001")).Text("lastSaleOn").ShouldBe("2026-11-20");
    }

    [Theory]
    [InlineData("102360758129999")]
    [InlineData("short")]
    public async Task An_unknown_number_is_not_found(string merchantNo)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        var answer = await api.GetAsync($"merchants/{merchantNo}", "zh-CN");
        answer.Status.ShouldBe(404);
        answer.Text("detail").ShouldContain($"没有商户 {merchantNo}");
    }
}
