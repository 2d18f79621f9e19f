using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Lists;

public sealed class ListMerchantsAndTerminals(TestCluster cluster)
{
    [Theory]
    [InlineData(20261122)]
    [InlineData(1)]
    public async Task Any_filter_sort_and_page_size_answers_what_a_naive_search_finds(int seed)
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed);
        var random = new Random(seed);
        var found = 0;
        for (var i = 0; i < 60; i++)
        {
            var asked = Ask(random, i % 2 == 0 ? ["number", "name", "lastActivity", "volume"] : ["number", "serial", "lastActivity", "volume"]);
            var expected = i % 2 == 0 ? new NaiveLists(bank, asked).Merchants() : new NaiveLists(bank, asked).Terminals();
            var query = string.Join('&', asked.Select(a => $"{a.Key}={Uri.EscapeDataString(a.Value)}"));
            var list = i % 2 == 0 ? "merchants" : "terminals";
            (await bank.AllAsync($"{list}?{query}&limit={random.Next(1, 60)}", i % 2 == 0 ? "merchantNo" : "terminalNo")).ShouldBe(expected, $"seed {seed}: {list}?{query}");
            (await bank.Api.GetAsync($"{list}?{query}&count=true&limit=1")).Json["count"]!.ToJsonString()
                .ShouldBe($$"""{"value":{{expected.Count}},"orMore":false}""");
            found += expected.Count;
        }

        // Else the filters were too narrow to prove anything.
        found.ShouldBeGreaterThan(500);
        await BooksShouldBeInOrderAsync(bank);
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task Ten_thousand_are_counted_and_one_more_is_or_more(int merchants, bool orMore)
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 3);
        var already = await bank.Bank.ScalarAsync<long>("select count(*) from merchant");
        await bank.Bank.ExecuteAsync(
            $"""
            insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                                  settlement_account_mark, changed_at)
            select '9' || lpad(n::text, 14, '0'), 'x', '5411', (select min(branch_code) from branch), '', '', '', '', now()
            from generate_series(1, {merchants} - {already}) n
            """);
        foreach (var query in new[] { "count=true", "count=true&volumeMinFen=-1000000000000" })
        {
            (await bank.Api.GetAsync($"merchants?limit=1&{query}")).Json["count"]!.ToJsonString()
                .ShouldBe($$"""{"value":10000,"orMore":{{(orMore ? "true" : "false")}}}""");
        }
    }

    [Fact]
    public async Task A_row_says_what_a_manager_decides_by()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 7);
        var terminal = bank.Terminals.First(t => t.Merchant is not null && t.LastActivityOn is not null);
        await bank.Bank.ExecuteAsync(
            $"""
            insert into grain_state (state_name, grain_key, payload, version, changed_at)
            values ('terminal-device', 't:{terminal.No}', jsonb_build_object('lastContact', jsonb_build_object('at', '2026-11-22T03:59:00+00:00')), 1, now())
            """);
        var row = (await bank.Api.GetAsync($"terminals?merchantNo={terminal.Merchant!.No}&sort=serial")).Items.Single(i => $"{i["terminalNo"]}" == terminal.No);
        $"{row["serialNo"]} {row["merchantNo"]} {row["lastActivityOn"]} {row["address"]} {row["lastContactAt"]} {row["volume"]!["amountFen"]}"
            .ShouldBe($"{terminal.Serial} {terminal.Merchant.No} {terminal.LastActivityOn:yyyy-MM-dd} 中山路**号 2026-11-22T03:59:00+00:00 {terminal.VolumeFen}");
        var merchant = (await bank.Api.GetAsync("merchants?limit=500")).Items.Single(i => $"{i["merchantNo"]}" == terminal.Merchant.No);
        $"{merchant["machines"]}".ShouldBe($"{bank.Terminals.Count(t => t.Merchant == terminal.Merchant)}");
        $"{merchant["version"]} {merchant["state"]}".ShouldBe($"1 {terminal.Merchant.State}");
    }

    [Fact]
    public async Task Rows_that_change_while_pages_are_read_neither_repeat_nor_hide_others()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 3);
        var random = new Random(3);
        var moving = bank.Merchants.Where(m => m.Id % 4 == 0).Select(m => m.Id).ToList();
        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await bank.Api.GetAsync($"merchants?sort=volume&order=desc&limit=7{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Items.Select(i => $"{i["merchantNo"]}"));
            cursor = page.Json["next"]?.ToString();
            if (cursor is null)
            {
                break;
            }

            // The row the cursor stands on may itself move, and new rows come before and behind it.
            await bank.Bank.ExecuteAsync(
                $"""
                update merchant_activity set volume_fen = {random.Next(-100_000, 300_000)} where merchant_id = {moving[random.Next(moving.Count)]};
                with m as (
                    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                                          settlement_account_mark, changed_at)
                    values ('{random.NextInt64(100_000_000_000_000, 1_000_000_000_000_000)}', '新', '5411', '3607', '', '', '', '', now()) returning merchant_id)
                select from m
                """);
        }

        foreach (var still in bank.Merchants.Where(m => !moving.Contains(m.Id)))
        {
            seen.Count(n => n == still.No).ShouldBe(1, still.No);
        }
    }

    [Theory]
    [InlineData("merchants?status=active", "list.unknown-parameter", "branch, state, mcc, township")]
    [InlineData("merchants?state=asleep", "list.not-one-of", "draft, submitted, needsFix")]
    [InlineData("terminals?state=active,asleep", "list.not-one-of", "inStock, assigned")]
    [InlineData("merchants?sort=serial", "list.not-one-of", "number, name, lastActivity, volume")]
    [InlineData("merchants?order=down", "list.not-one-of", "asc, desc")]
    [InlineData("merchants?lastActivity=2026", "list.not-one-of", "never")]
    [InlineData("merchants?lastActivityFrom=2026-02-30", "list.not-a-date", "2026-02-30")]
    [InlineData("terminals?idleMonths=0", "list.not-a-number", "1 to 600")]
    [InlineData("merchants?volumeMinFen=1.5", "list.not-a-number", "1.5")]
    [InlineData("merchants?mcc=541", "list.not-an-mcc", "541")]
    [InlineData("merchants?branch=9", "list.unknown-branch", "9")]
    [InlineData("merchants?limit=501", "list.not-a-number", "1 to 500")]
    [InlineData("merchants?state=active&state=closed", "list.parameter-twice", "state")]
    [InlineData("merchants?cursor=abc", "page.bad-cursor", "cursor")]
    [InlineData("search?q=a", "search.length", "2 to 100")]
    [InlineData("terminals.csv?township=6222021234567890128", "list.card-in-text", "township")]
    [InlineData("merchants.csv?cursor=x", "list.unknown-parameter", "branch")]
    public async Task What_is_asked_wrongly_is_refused_with_what_may_be_asked(string path, string code, string named)
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 5, merchants: 3, terminals: 3);
        var answer = await bank.Api.GetAsync(path);
        answer.Status.ShouldBe(400);
        answer.Text("code").ShouldBe(code);
        answer.Text("detail").ShouldContain(named);
    }

    [Fact]
    public async Task A_cursor_of_another_sort_does_not_fit()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 5, merchants: 3, terminals: 3);
        var next = (await bank.Api.GetAsync("merchants?sort=volume&limit=1")).Text("next");
        (await bank.Api.GetAsync($"merchants?sort=volume&limit=1&cursor={next}")).Status.ShouldBe(200);
        (await bank.Api.GetAsync($"merchants?sort=name&limit=1&cursor={next}")).Text("code").ShouldBe("page.bad-cursor");
        (await bank.Api.GetAsync($"merchants?sort=volume&order=desc&limit=1&cursor={next}")).Text("code").ShouldBe("page.bad-cursor");
    }

    internal static async Task BooksShouldBeInOrderAsync(ListedBank bank)
    {
        // The seed has sums without a journal; only what the lists are checked by counts here.
        var books = await bank.Api.GetAsync("book-checks");
        var check = books.Json["checks"]!.AsArray().Single(c => $"{c!["code"]}" == "books.activity")!;
        check["ok"]!.GetValue<bool>().ShouldBeTrue(check.ToJsonString());
    }

    private static Dictionary<string, string> Ask(Random random, string[] sorts)
    {
        var asked = new Dictionary<string, string> { ["sort"] = sorts[random.Next(sorts.Length)], ["order"] = random.Next(2) == 0 ? "asc" : "desc" };
        Maybe("branch", () => ListedBank.Branches[random.Next(ListedBank.Branches.Length)].Code);
        Maybe("state", () => random.Next(2) == 0 ? "active" : "active,suspended");
        Maybe("mcc", () => random.Next(2) == 0 ? "5411" : "5411,7011");
        Maybe("township", () => "沙河镇");
        Maybe("lastActivityFrom", () => $"{ListedBank.Today.AddDays(-random.Next(500)):yyyy-MM-dd}");
        Maybe("lastActivityTo", () => $"{ListedBank.Today.AddDays(-random.Next(200)):yyyy-MM-dd}");
        Maybe("lastActivity", () => "never");
        Maybe("idleMonths", () => $"{random.Next(1, 20)}");
        Maybe("volumeMinFen", () => $"{random.Next(60_000)}");
        Maybe("volumeMaxFen", () => $"{random.Next(200_000)}");
        return asked;

        void Maybe(string name, Func<string> value)
        {
            if (random.Next(6) == 0)
            {
                asked[name] = value();
            }
        }
    }
}
