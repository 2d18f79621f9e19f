using System.Globalization;
using System.Text;
using Acquiring.Backend.Lists.Activity;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Lists;

internal sealed record SeededMerchant(int Id, string No, string Name, string State, string Mcc, string Branch, string Township)
{
    public DateOnly? LastSaleOn { get; set; }

    public long VolumeFen { get; set; }
}

internal sealed record SeededTerminal(int Id, string No, string Serial, string State, SeededMerchant? Merchant, DateOnly InstalledOn, DateOnly? KnownOn)
{
    public DateOnly? LastSaleOn { get; set; }

    public long VolumeFen { get; set; }

    public DateOnly? LastActivityOn => LastSaleOn is { } sale && (KnownOn is not { } known || sale > known) ? sale : KnownOn;
}

/// <summary>A branch of some hundred merchants and machines, random by a seed, written to the tables and kept here beside. Noon of 2026-11-22.</summary>
internal sealed class ListedBank : IAsyncDisposable
{
    public static readonly DateOnly Today = new(2026, 11, 22);

    /// <summary>Head, two branches below it, two below each of those.</summary>
    public static readonly (string Code, string? Parent)[] Branches =
        [("3607", null), ("360701", "3607"), ("360702", "3607"), ("36070101", "360701"), ("36070102", "360701"), ("36070201", "360702"), ("36070202", "360702")];

    private static readonly string[] s_states = ["active", "active", "active", "restricted", "suspended", "closed"];
    private static readonly string[] s_machineStates = ["active", "active", "active", "watch", "inStock", "lost"];
    private static readonly string[] s_mccs = ["5411", "5331", "7011"];
    private static readonly string[] s_townships = ["沙河镇", "水东镇", ""];
    private static readonly string[] s_names = ["赣州超市", "章贡酒店", "南康家具", "Happy Mart", "信丰 加油站"];

    private ListedBank(TestBank bank, TestApi api) => (Bank, Api) = (bank, api);

    public TestBank Bank { get; }

    public TestApi Api { get; }

    public List<SeededMerchant> Merchants { get; } = [];

    public List<SeededTerminal> Terminals { get; } = [];

    public static async Task<ListedBank> OpenAsync(TestCluster cluster, int seed, int merchants = 120, int terminals = 180)
    {
        var bank = await TestBank.OpenAsync(cluster);
        var listed = new ListedBank(bank, await TestApi.StartAsync(bank));
        await listed.SeedAsync(new Random(seed), merchants, terminals);
        return listed;
    }

    public Task RefreshAsync() => Api.Services.GetRequiredService<ActivityRefresh>().RunAsync(CancellationToken.None);

    /// <summary>Follows the pages to the end.</summary>
    public async Task<List<string>> AllAsync(string path, string id)
    {
        var found = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await Api.GetAsync(path + (cursor is null ? "" : $"&cursor={cursor}"));
            page.Status.ShouldBe(200, page.Json.ToJsonString());
            found.AddRange(page.Items.Select(i => $"{i[id]}"));
            cursor = page.Json["next"]?.ToString();
            if (cursor is null)
            {
                return found;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Bank.DisposeAsync();
    }

    private async Task SeedAsync(Random random, int merchants, int terminals)
    {
        var sql = new StringBuilder("set constraints all deferred;");
        foreach (var (code, parent) in Branches)
        {
            Add(sql, $"insert into branch (branch_code, name, parent_branch_code) values ('{code}', '机构', {Text(parent)});");
        }

        for (var i = 1; i <= merchants; i++)
        {
            var m = new SeededMerchant(
                i, $"102360{random.Next(100_000):D5}{i:D4}", $"{Pick(random, s_names)}{random.Next(20)}", Pick(random, s_states), Pick(random, s_mccs),
                Pick(random, Branches).Code, Pick(random, s_townships));
            Merchants.Add(m);
            Add(sql,
                $"""
                insert into merchant (merchant_no, name, state, mcc, branch_code, township, credit_code_sealed, credit_code_mark,
                                      settlement_account_sealed, settlement_account_mark, changed_at)
                values ('{m.No}', '{m.Name}', '{m.State}', '{m.Mcc}', '{m.Branch}', '{m.Township}', '', '', '', '', now());
                """);
        }

        for (var i = 1; i <= terminals; i++)
        {
            var t = new SeededTerminal(
                i, $"{random.Next(10_000):D4}{i:D4}", $"SN{random.Next(1_000_000):D6}-{i}", Pick(random, s_machineStates),
                random.Next(8) == 0 ? null : Pick(random, Merchants), Today.AddDays(-random.Next(1_000)),
                random.Next(3) == 0 ? Today.AddDays(-random.Next(900)) : null);
            Terminals.Add(t);
            Add(sql,
                $"""
                insert into terminal (terminal_no, serial_no, model, state, installed_on, known_activity_on, spare, installation_address, changed_at)
                values ('{t.No}', '{t.Serial}', 'N86', '{t.State}', '{t.InstalledOn:yyyy-MM-dd}', {Text(t.KnownOn?.ToString("yyyy-MM-dd"))}, false, '中山路12号', now());
                """);
            if (t.Merchant is { } holder)
            {
                Add(sql, $"insert into terminal_binding (terminal_id, merchant_id, valid_from) values ({t.Id}, {holder.Id}, '-infinity');");
            }
        }

        // Every merchant ends somewhere else: a third never sell, the rest last sold in the last month, year or three years.
        foreach (var t in Terminals.Where(t => t.Merchant is { Id: var id } && id % 3 != 0))
        {
            for (var sales = random.Next(4); sales > 0; sales--)
            {
                Sell(sql, t, Today.AddDays(-random.Next(random.Next(3) switch { 0 => 29, 1 => 400, _ => 1_000 })), random.Next(1, 100_000));
            }
        }

        Add(sql, "select fold_day_volumes();");
        await Bank.ExecuteAsync(sql.ToString());
        // So that the database knows how many rows there are, and pages are read in both ways.
        await Bank.ExecuteAsync("analyze merchant, terminal, merchant_activity, terminal_activity, terminal_binding");
        await RefreshAsync();
    }

    private static void Sell(StringBuilder sql, SeededTerminal terminal, DateOnly on, long fen)
    {
        Add(sql,
            $"""
            insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                          gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            values ('{on:yyyy-MM-dd}', {terminal.Merchant!.Id}, {terminal.Id}, '{on:yyyy-MM-dd}', 1, 1, 0, 0, {fen}, {fen / 10}, 0, 0, 0, 0);
            """);
        terminal.LastSaleOn = terminal.LastSaleOn > on ? terminal.LastSaleOn : on;
        terminal.Merchant.LastSaleOn = terminal.Merchant.LastSaleOn > on ? terminal.Merchant.LastSaleOn : on;
        if (on >= Today.AddDays(-29))
        {
            terminal.VolumeFen += fen - (fen / 10);
            terminal.Merchant.VolumeFen += fen - (fen / 10);
        }
    }

    private static void Add(StringBuilder sql, string statement) => sql.AppendLine(statement);

    private static string Text(string? value) => value is null ? "null" : string.Create(CultureInfo.InvariantCulture, $"'{value}'");

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
