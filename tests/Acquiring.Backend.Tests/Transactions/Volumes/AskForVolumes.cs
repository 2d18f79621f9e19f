using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.Volumes;

public sealed class AskForVolumes(TestCluster cluster)
{
    [Fact]
    public async Task Sums_are_by_merchant_and_date_over_terminals_and_business_dates()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var one = await bank.TerminalAsync("10000001", merchant);
        var two = await bank.TerminalAsync("10000002", merchant);
        await bank.PostAsync(merchant, one, "2026-11-14", stan: 1);
        await bank.PostAsync(merchant, two, "2026-11-14", stan: 2, amountFen: 500, feeFen: 3, businessDate: "2026-11-15");
        await bank.PostAsync(merchant, one, "2026-11-14", stan: 3, amountFen: 1_000, feeFen: -6, kind: 2, saleStan: 1);
        await using var api = await TestApi.StartAsync(bank);

        var byTransaction = (await api.GetAsync("volumes?from=2026-11-14&to=2026-11-15")).Items.ShouldHaveSingleItem();
        byTransaction.ToJsonString().ShouldBe(
            """{"merchantNo":"102360758120001","date":"2026-11-14","sales":2,"refunds":1,"reversals":0,"gross":{"amountFen":10500,"currency":"CNY"},"refund":{"amountFen":1000,"currency":"CNY"},"net":{"amountFen":9500,"currency":"CNY"},"fee":{"amountFen":57,"currency":"CNY"},"commission":{"amountFen":57,"currency":"CNY"}}""");
        var byBusiness = (await api.GetAsync("volumes?from=2026-11-14&to=2026-11-15&by=businessDate")).Items;
        byBusiness.Select(v => $"{v["date"]} {v["gross"]!["amountFen"]}").ShouldBe(["2026-11-14 10000", "2026-11-15 500"]);
    }

    [Fact]
    public async Task A_date_whose_lines_were_all_withdrawn_is_left_out()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.PostAsync(merchant, terminal, "2026-11-14", stan: 1);
        await bank.PostAsync(merchant, terminal, "2026-11-14", stan: 1, amountFen: -10_000, feeFen: -60, turn: 1, businessDate: "2026-11-20");
        await using var api = await TestApi.StartAsync(bank);
        (await api.GetAsync("volumes?from=2026-11-01&to=2026-11-30")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("transactionDate")]
    [InlineData("businessDate")]
    public async Task Pages_of_any_size_show_each_row_once_in_order(string by)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        for (var m = 3; m > 0; m--)
        {
            var merchant = await bank.MerchantAsync($"10236075812000{m}");
            var terminal = await bank.TerminalAsync($"1000000{m}", merchant);
            foreach (var day in (int[])[14, 15, 17])
            {
                await bank.PostAsync(merchant, terminal, $"2026-11-{day}", stan: 1);
            }
        }

        await using var api = await TestApi.StartAsync(bank);
        foreach (var limit in (int[])[1, 2, 4, 9])
        {
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = await api.GetAsync($"volumes?from=2026-11-01&to=2026-11-30&by={by}&limit={limit}&cursor={cursor}");
                seen.AddRange(page.Items.Select(v => $"{v["merchantNo"]} {v["date"]}"));
                cursor = (string?)page.Json["next"];
            }
            while (cursor is not null);
            seen.Count.ShouldBe(9);
            seen.ShouldBe(seen.Distinct().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Pages_of_any_size_hold_what_is_folded_and_what_is_not()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        for (var m = 1; m <= 4; m++)
        {
            var merchant = await bank.MerchantAsync($"10236075812000{m}");
            var terminal = await bank.TerminalAsync($"1000000{m}", merchant);
            // Folded; folded and appended; appended; folded and taken back in full.
            await AddAsync("day_volume", 14, 1, 100);
            await AddAsync("day_volume", 15, 1, 200);
            await AddAsync("day_volume_delta", 15, 1, 11);
            await AddAsync("day_volume_delta", 16, 1, 40);
            await AddAsync("day_volume_delta", 16, 1, 2);
            await AddAsync("day_volume", 17, 1, 300);
            await AddAsync("day_volume_delta", 17, -1, -300);

            Task AddAsync(string table, int day, int sales, int fen) => bank.ExecuteAsync(
                $"""
                insert into {table} (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                     gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                values ('2026-11-{day}', {merchant}, {terminal}, '2026-11-{day}', 1, {sales}, 0, 0, {fen}, 0, 0, {sales}, 0, 0)
                """);
        }

        await using var api = await TestApi.StartAsync(bank);
        foreach (var limit in (int[])[1, 2, 3, 5, 12, 100])
        {
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = await api.GetAsync($"volumes?from=2026-11-01&to=2026-11-30&limit={limit}&cursor={cursor}");
                seen.AddRange(page.Items.Select(v => $"{((string)v["merchantNo"]!)[^1]} {((string)v["date"]!)[^2..]} {v["gross"]!["amountFen"]}"));
                cursor = (string?)page.Json["next"];
            }
            while (cursor is not null);
            seen.ShouldBe(Enumerable.Range(1, 4).SelectMany(m => (string[])[$"{m} 14 100", $"{m} 15 211", $"{m} 16 42"]), $"pages of {limit}");
        }
    }

    [Fact]
    public async Task A_range_backwards_and_a_foreign_cursor_are_refused()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        (await api.GetAsync("volumes?from=2026-11-15&to=2026-11-14")).Text("code").ShouldBe("volumes.range-order");
        (await api.GetAsync("volumes?from=2026-11-14&to=2026-11-15&cursor=WyJ4IiwieSJd")).Text("code").ShouldBe("page.bad-cursor");
        (await api.GetAsync("volumes?to=2026-11-15")).Text("code").ShouldBe("request.missing");
    }
}
