using Acquiring.Backend.Books;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Backend.Transactions.Withdraw;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Testing;
using Acquiring.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using System.Text;
using System.Text.Json;

namespace Acquiring.Backend.Tests.Transactions;

/// <summary>A registry in a fresh database and the acts on it, so that a test reads as: take these files, expect these sums.</summary>
internal sealed class ClearingBank : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ChangeCounter _changes = new();

    private ClearingBank(TestDatabase database, int linesPerChunk)
    {
        _database = database;
        Clock = new ManualClock(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        var texts = new TextCatalog(typeof(TextCatalog).Assembly, typeof(ClearingIngest).Assembly);
        var cards = new CardReferences(new PersonalDataKey(new byte[PersonalDataKey.Bytes]));
        var registries = new RegistrySnapshots(_changes);
        Ingest = new ClearingIngest(Data, registries, cards, _changes, new(Data, Clock, NullLogger<VolumeFolding>.Instance), Clock, new(linesPerChunk));
        Reports = new ClearingFileReports(Data, texts);
        Repost = new RepostHeldLines(Data, registries, _changes, Clock);
        Resolve = new ResolveHeldLine(Data, Repost, Clock);
        Withdraw = new WithdrawFile(Data, _changes, Clock);
        HeldLines = new HeldLines(Data, texts);
    }

    public NpgsqlDataSource Data => _database.DataSource;

    public ManualClock Clock { get; }

    public ClearingIngest Ingest { get; }

    public ClearingFileReports Reports { get; }

    public RepostHeldLines Repost { get; }

    public ResolveHeldLine Resolve { get; }

    public WithdrawFile Withdraw { get; }

    public HeldLines HeldLines { get; }

    public static async Task<ClearingBank> WithSamplesAsync(TestCluster cluster, int linesPerChunk = IngestOptions.LinesPerChunkDefault) =>
        await WithRegistryAsync(cluster, linesPerChunk, Read("merchants.csv"), Read("terminals.csv"));

    public static async Task<ClearingBank> WithSetAsync(TestCluster cluster, SampleSet set, int linesPerChunk = IngestOptions.LinesPerChunkDefault) =>
        await WithRegistryAsync(cluster, linesPerChunk, set.Registry.MerchantsCsv(), set.Registry.TerminalsCsv());

    public static byte[] Read(string sample) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", sample));

    public async Task<Result<IngestedFile>> TryTakeAsync(
        string name, Stream body, DateOnly? date = null, long? lines = null, long? grossFen = null) =>
        await Ingest.RunAsync(
            new ClearingFileRequest(name, ClearingFileRequest.DefaultChannel, date, lines, grossFen, "test"), body, () => { }, (_, _) => { },
            TestContext.Current.CancellationToken);

    public async Task<ClearingFileReport> TakeAsync(string name, byte[] bytes, DateOnly? date = null)
    {
        var ingested = (await TryTakeAsync(name, new MemoryStream(bytes), date)).Value;
        return (await Reports.FindAsync(ingested.FileId, TextCatalog.English, TestContext.Current.CancellationToken))! with { Resumed = ingested.Resumed };
    }

    public Task<ClearingFileReport> TakeAsync(string name, string text, DateOnly? date = null) => TakeAsync(name, Encoding.UTF8.GetBytes(text), date);

    public static FileOutcome Outcome(ClearingFileReport r) => new(
        r.File, r.Posted, r.Duplicates, r.Held, r.Malformed, r.Sales, r.Refunds, r.Reversals, r.Gross.AmountFen, r.Refund.AmountFen,
        r.Fee.AmountFen, r.FeeDifferences);

    public async Task<IReadOnlyList<MerchantDay>> VolumesAsync()
    {
        var rows = await new VolumeStore(Data).PageAsync(
            new DateOnly(2000, 1, 1), new DateOnly(2099, 12, 31), null, VolumeDate.TransactionDate, null, 100_000, TestContext.Current.CancellationToken);
        return rows.Select(r => new MerchantDay(r.MerchantNo, r.Date, r.Sales, r.Net.AmountFen, r.Fee.AmountFen)).ToList();
    }

    /// <summary>Every scenario ends with the books in order.</summary>
    public async Task BooksShouldBeInOrderAsync()
    {
        var checks = await new BookChecks(Data, Clock).RunAsync(TestContext.Current.CancellationToken);
        checks.Where(c => !c.Ok).Select(c => $"{c.Code}: {JsonSerializer.Serialize(c.Misses)}").ShouldBeEmpty();
    }

    public async Task<IReadOnlyList<HeldLineView>> HeldAsync(string? state = "held") => await HeldLines.ListAsync(
        new HeldLineFilter(state, null, null), 0, 10_000, TextCatalog.English, TestContext.Current.CancellationToken);

    public async Task<long> CountAsync(string sql)
    {
        await using var command = Data.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Ingest.Dispose();
        await _database.DisposeAsync();
    }

    // Not the product's import: ingest is tested apart from it.
    private static async Task<ClearingBank> WithRegistryAsync(TestCluster cluster, int linesPerChunk, byte[] merchants, byte[] terminals)
    {
        var bank = new ClearingBank(await cluster.NewDatabaseAsync(), linesPerChunk);
        await bank.ExecuteAsync("insert into branch (branch_code, name) values ('1', 'one')");
        foreach (var m in Rows(merchants))
        {
            await bank.ExecuteAsync(
                $"""
                with m as (
                    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark,
                                          settlement_account_sealed, settlement_account_mark, changed_at)
                    values ('{m["merchant_no"]}', 'x', '{m["mcc"]}', '1', '', '{m["merchant_no"]}', '', '{m["merchant_no"]}', now()) returning merchant_id)
                insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, debit_cap_fen,
                                      credit_rate_per_ten_million, credit_cap_fen, source, created_at)
                select merchant_id, '-infinity', {Percent(m["debit_rate_percent"])}, {OrNull(m["debit_cap_fen"])},
                       {Percent(m["credit_rate_percent"])}, {OrNull(m["credit_cap_fen"])}, 'test', now() from m
                """);
        }

        foreach (var t in Rows(terminals))
        {
            await bank.AddTerminalAsync(t["terminal_no"], t["merchant_no"], t["installed_on"], t["last_transaction_on"], t["spare"] == "true");
        }

        return bank;
    }

    public async Task AddTerminalAsync(
        string terminalNo, string merchantNo, string installedOn = "2025-01-01", string knownOn = "", bool spare = false)
    {
        await ExecuteAsync(
            $"""
            with t as (
                insert into terminal (terminal_no, serial_no, model, installed_on, known_activity_on, spare, installation_address, changed_at)
                values ('{terminalNo}', 's{terminalNo}', 'x', '{installedOn}', {(knownOn.Length == 0 ? "null" : $"'{knownOn}'")}, {spare}, '', now())
                returning terminal_id)
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select t.terminal_id, m.merchant_id, '-infinity' from t, merchant m where m.merchant_no = '{merchantNo}'
            """);
        _changes.AdvanceRegistry();
    }

    private static long Percent(string text)
    {
        Rate.TryParsePercent(text, out var rate).ShouldBeTrue();
        return rate.PerTenMillion;
    }

    private static string OrNull(string text) => text.Length == 0 ? "null" : text;

    private static IEnumerable<Dictionary<string, string>> Rows(byte[] csv)
    {
        var lines = Encoding.UTF8.GetString(csv).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var names = lines[0].Split(',');
        return lines.Skip(1).Select(l => names.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second));
    }
}
