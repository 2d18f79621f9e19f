using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Scorecards;

/// <summary>
/// Sixty days of a bank from 2026-11-23 on, over a year's end: sales each day, some that come late, are withdrawn or given back; machines that are
/// fetched and given to others; merchants that change hands, once dated back, that close, or come later. All acts are the product's own. What
/// happened is noted here too, in the plainest form, for <see cref="NaiveScorecard"/>.
/// </summary>
internal sealed class ScorecardLife : IAsyncDisposable
{
    public const int Days = 60;
    public const int FirstNight = 51;

    public static readonly DateOnly First = new(2026, 11, 23);

    private readonly Random _random = new(20260);
    private readonly Dictionary<string, (string State, int Merchant)> _machines = [];

    private ScorecardLife(TestBank bank, TestApi api) => (Bank, Api) = (bank, api);

    public TestBank Bank { get; }

    public TestApi Api { get; }

    public DateOnly Last => First.AddDays(Days - 1);

    public List<(int Merchant, string Machine, DateTimeOffset At, string Act)> Acts { get; } = [];

    public List<(int Merchant, DateOnly From, string Branch, string Manager)> Handovers { get; } = [];

    public List<(int Merchant, DateOnly On, DateOnly PostedOn, int Sales, long Fen, long CommissionFen)> Posts { get; } = [];

    public Dictionary<int, string> HomeBranches { get; } = [];

    public Dictionary<int, DateTimeOffset> KnownFrom { get; } = [];

    public Dictionary<int, DateTimeOffset> ClosedFrom { get; } = [];

    public Dictionary<DateOnly, DateTimeOffset> ClosedAt { get; } = [];

    public static async Task<ScorecardLife> LiveAsync(TestCluster cluster)
    {
        var bank = await TestBank.OpenAsync(cluster);
        var life = new ScorecardLife(bank, await TestApi.StartAsync(bank));
        await life.BeginAsync();
        for (var day = 0; day < Days; day++)
        {
            await life.DayAsync(day);
        }

        return life;
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Bank.DisposeAsync();
    }

    public async Task NightAsync(DateOnly date)
    {
        (await Api.PostAsync($"nights/{date:yyyy-MM-dd}", """{"insist":true}""")).Status.ShouldBe(202);
        await Api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The last step of a night, once more.</summary>
    public async Task CountAgainAsync(DateOnly date)
    {
        (await Api.PostAsync($"jobs/night-reports/{date:yyyy-MM-dd}/rerun", """{"reason":"again"}""")).Status.ShouldBe(202);
        await Api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);
    }

    public static string No(int merchant) => $"10236075812000{merchant}";

    private async Task BeginAsync()
    {
        for (var merchant = 1; merchant <= 6; merchant++)
        {
            (await Bank.MerchantAsync(No(merchant))).ShouldBe(merchant);
        }

        await Bank.ExecuteAsync(
            """
            insert into branch (branch_code, name, parent_branch_code)
            values ('B1', '东支行', '360700'), ('B2', '西支行', '360700'), ('B11', '东一网点', 'B1');
            update merchant set branch_code = case when merchant_id <= 2 then 'B1' when merchant_id = 3 then 'B11' when merchant_id <= 5 then 'B2' else '360700' end
            """);
        foreach (var (manager, branch) in new[] { ("M1", "B1"), ("M2", "B2"), ("M3", "B11") })
        {
            (await Api.PostAsync("account-managers", $$"""{"managerCode":"{{manager}}","branchCode":"{{branch}}"}""")).Status.ShouldBe(200);
        }

        for (var merchant = 1; merchant <= 6; merchant++)
        {
            HomeBranches[merchant] = merchant <= 2 ? "B1" : merchant == 3 ? "B11" : merchant <= 5 ? "B2" : "360700";
            for (var n = 0; n < 2; n++)
            {
                var no = $"1000{merchant:D2}0{n}";
                // Some run into the three months, some into the twelve, in these sixty days.
                await Bank.TerminalAsync(no, merchant, knownActivityOn: n == 0 ? null : merchant % 2 == 0 ? "2025-12-10" : $"2026-09-0{merchant}");
                _machines[no] = ("active", merchant);
                Acts.Add((merchant, no, DateTimeOffset.MinValue, "there"));
            }
        }
    }

    /// <summary>New machines, never at anybody's: given to a merchant, they are no second use.</summary>
    private async Task StockAsync()
    {
        var answer = await Api.PostAsync("terminal-stock-ins", """{"model":"N86","items":[{"serialNo":"N1"},{"serialNo":"N2"}]}""");
        foreach (var item in answer.Items)
        {
            _machines[$"{item["terminalNo"]}"] = ("inStock", 0);
        }
    }

    private async Task DayAsync(int day)
    {
        var date = First.AddDays(day);
        // Noon; the day after, the next noon.
        Bank.Clock.Advance(new DateTimeOffset(date.ToDateTime(new(4, 0)), TimeSpan.Zero) - Bank.Clock.GetUtcNow());
        if (day == 3)
        {
            await StockAsync();
        }

        await SellAsync(day, date);
        await MoveMachinesAsync();
        await HandOverAsync(day, date);
        await TiersAsync(day, date);
        if (day == 20)
        {
            (await Api.PostAsync($"merchants/{No(5)}/close", """{"why":"Gone."}""", "en", ("If-Match", (await Api.GetAsync($"merchants/{No(5)}")).ETag!))).Status.ShouldBe(200);
            ClosedFrom[5] = Bank.Clock.GetUtcNow();
            foreach (var (no, machine) in _machines.Where(m => m.Value.Merchant == 5).ToList())
            {
                Acts.Add((5, no, Bank.Clock.GetUtcNow(), "return"));
                _machines[no] = ("inStock", 0);
            }
        }

        if (day == 30)
        {
            // Somebody whom an import brings: nobody knew of it on the dates that are closed.
            (await Bank.MerchantAsync(No(7))).ShouldBe(7);
            await Bank.ExecuteAsync($"update merchant set branch_code = 'B2', known_from = '{Bank.Clock.GetUtcNow():O}' where merchant_id = 7");
            HomeBranches[7] = "B2";
            KnownFrom[7] = Bank.Clock.GetUtcNow();
        }

        // Every tenth day ends early for the books; what is done in the evening is of the next date.
        Bank.Clock.Advance(TimeSpan.FromHours(day % 10 == 4 ? 7 : 14));
        (await Api.PostAsync($"business-days/{date:yyyy-MM-dd}/close", """{"insist":true}""")).Status.ShouldBe(200);
        ClosedAt[date] = Bank.Clock.GetUtcNow();
        if (day % 10 == 4)
        {
            Bank.Clock.Advance(TimeSpan.FromHours(1));
            await MoveMachinesAsync();
        }

        if (day + 1 >= FirstNight)
        {
            await NightAsync(date);
        }
    }

    private async Task SellAsync(int day, DateOnly date)
    {
        if (day == 45)
        {
            // The only sale of the third in a month is taken back on the next date: it was active for one.
            var terminal = await Bank.ScalarAsync<int>("select terminal_id from terminal where terminal_no = '10000300'");
            await PostAsync(3, terminal, date, date, 9_999, 5_000, turn: 0);
            await PostAsync(3, terminal, date, date.AddDays(1), 9_999, -5_000, turn: 1);
        }

        foreach (var merchant in HomeBranches.Keys.Where(m => !ClosedFrom.ContainsKey(m)).ToList())
        {
            // The third sells for ten days only, so it ceases to be active.
            if (_random.Next(10) < 4 || (merchant == 3 && day > 9))
            {
                continue;
            }

            var terminal = await Bank.ScalarAsync<int>($"select min(terminal_id) from terminal where terminal_no = '1000{Math.Min(merchant, 6):D2}00'");
            var on = _random.Next(5) == 0 ? date.AddDays(-_random.Next(1, 15)) : date;
            await PostAsync(merchant, terminal, on, date, (day * 10) + merchant, 10_000 + _random.Next(90_000), turn: 0);
            if (_random.Next(6) == 0)
            {
                // Sold and taken back on another date: what it made active, it no longer does.
                var stan = 5_000 + (day * 10) + merchant;
                await PostAsync(merchant, terminal, date, date, stan, 7_700, turn: 0);
                await PostAsync(merchant, terminal, date, date.AddDays(day < Days - 1 ? 1 : 0), stan, -7_700, turn: 1);
            }
        }
    }

    private async Task PostAsync(int merchant, int terminal, DateOnly on, DateOnly postedOn, int stan, long fen, int turn)
    {
        var fee = fen / 100;
        await Bank.PostAsync(merchant, terminal, $"{on:yyyy-MM-dd}", stan, fen, fee, turn: turn, businessDate: $"{postedOn:yyyy-MM-dd}");
        // Issuer and network take their parts.
        await Bank.ExecuteAsync(
            $"""
            update day_volume set issuer_fee_fen = issuer_fee_fen + {fee / 2}, network_fee_fen = network_fee_fen + {fee / 10}
            where transaction_date = '{on:yyyy-MM-dd}' and merchant_id = {merchant} and terminal_id = {terminal} and business_date = '{postedOn:yyyy-MM-dd}'
            """);
        Posts.Add((merchant, on, postedOn, turn == 0 ? 1 : -1, fen, fee - (fee / 2) - (fee / 10)));
    }

    private async Task MoveMachinesAsync()
    {
        foreach (var (no, machine) in _machines.OrderBy(m => m.Key, StringComparer.Ordinal).ToList())
        {
            // Machines that sell stay where they are, so that sales have a machine.
            if (no.EndsWith("00", StringComparison.Ordinal) || _random.Next(4) != 0)
            {
                continue;
            }

            var to = Enumerable.Range(1, 6).Where(m => !ClosedFrom.ContainsKey(m)).ElementAt(_random.Next(HomeBranches.Count > 6 ? 5 : 4));
            var (act, body, next) = machine.State switch
            {
                "active" or "installed" => ("recover", """{"reason":"idle"}""", ("recovered", 0)),
                "recovered" => ("return-to-stock", """{"reason":"fitForUse"}""", ("inStock", 0)),
                "inStock" => ("assign", $$"""{"merchantNo":"{{No(to)}}","installationAddress":"Hongqi Road 12"}""", ("assigned", to)),
                _ => ("install", $$"""{"on":null,"installationAddress":null}""", ("installed", machine.Merchant)),
            };
            var answer = await Api.PostAsync($"terminals/{no}/{act}", body, "en", ("If-Match", (await Api.GetAsync($"terminals/{no}")).ETag!));
            answer.Status.ShouldBe(200, answer.Json.ToJsonString());
            Acts.Add((act == "assign" ? to : machine.Merchant, no, Bank.Clock.GetUtcNow(), act));
            _machines[no] = next;
        }
    }

    private async Task HandOverAsync(int day, DateOnly date)
    {
        (int Merchant, string Manager, string Branch, int Back)? over = day switch
        {
            5 => (1, "M1", "B1", 0),
            12 => (4, "M2", "B2", 0),
            18 => (1, "M3", "B11", 0),
            33 => (2, "M1", "B1", 6),
            // Dated back past what the nights have counted.
            55 => (4, "M1", "B1", 15),
            57 => (1, "M2", "B2", 3),
            _ => null,
        };
        if (over is { } o)
        {
            var from = date.AddDays(-o.Back);
            var answer = await Api.PostAsync(
                "merchant-handovers",
                $$"""{"handoverId":"0199f0c4-7a10-7000-8000-0000000000{{day:D2}}","why":"Rotation.","merchantNos":["{{No(o.Merchant)}}"],"to":{"managerCode":"{{o.Manager}}","branchCode":"{{o.Branch}}"},"effectiveOn":"{{from:yyyy-MM-dd}}"}""");
            $"{answer.Status} {answer.Json["done"]}".ShouldBe("200 1", answer.Json.ToJsonString());
            Handovers.Add((o.Merchant, from, o.Branch, o.Manager));
        }
    }

    private Task TiersAsync(int day, DateOnly date) => day < FirstNight - 2 && day % 3 == 1
        ? Bank.ExecuteAsync(
            $"""
            insert into tier_decision (merchant_id, dimension, judged_on, move, outcome, tier, class, grade, since, rule_set_version, reasons, document, decided_at)
            values ({1 + (day % 6)}, 'rural', '{date:yyyy-MM-dd}', 'changed', {(day % 2 == 0 ? "'tier', 'ruralKeyTownship'" : "'none', null")}, null, null, '{date:yyyy-MM-dd}', 1, 'test', '{"{}"}', now()),
                   ({1 + (day % 5)}, 'industry', '{date:yyyy-MM-dd}', '{(day % 2 == 0 ? "promotion" : "demotion")}', 'tier', 'x', null, 'a', '{date:yyyy-MM-dd}', 1, 'test', '{"{}"}', now())
            """)
        : Task.CompletedTask;
}
