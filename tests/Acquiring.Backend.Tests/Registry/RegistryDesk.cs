using System.Text;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Registry;

/// <summary>A database of one's own and an import into it. Today is 2026-11-21.</summary>
public sealed class RegistryDesk : IAsyncDisposable
{
    public const string BranchHead = "branch_code,name,parent_branch_code\n";
    public const string MerchantHead =
        "merchant_no,name,mcc,branch_code,township,unified_social_credit_code,settlement_account,"
        + "debit_rate_percent,debit_cap_fen,credit_rate_percent,credit_cap_fen\n";
    public const string TerminalHead = "terminal_no,merchant_no,serial_no,model,installed_on,last_transaction_on,spare,installation_address\n";

    public const string GoodBranches = BranchHead + "B0,总行,\nB1,一支行,B0\n";
    public const string GoodMerchants = MerchantHead
        + "102360000000001,商户甲,5411,B1,九堡镇,91360700MA65RGFLKK,1510217421809679290,0.38,,0.60,2000\n"
        + "102360000000002,商户乙,5812,B0,,91360700MAW7K0QEA0,1510793834701746814,1.25,8000,1.25,\n";
    public const string GoodTerminals = TerminalHead
        + "10000001,102360000000001,N1,N86,2024-01-02,2026-07-31,false,一号\n"
        + "10000002,102360000000002,N2,N86,2024-01-02,,true,二号\n";

    private readonly TestDatabase _database;
    private readonly PersonalDataProtector _protector = new(new PersonalDataKey(new byte[32]));

    private RegistryDesk(TestDatabase database)
    {
        _database = database;
        Import = new(database.DataSource, _protector, Clock, Changes);
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(8)));

    public ChangeCounter Changes { get; } = new();

    public PersonalDataProtector Protector => _protector;

    public RegistryImport Import { get; }

    public NpgsqlDataSource DataSource => _database.DataSource;

    public static async Task<RegistryDesk> OpenAsync(TestCluster cluster) => new(await cluster.NewDatabaseAsync());

    public static byte[] Sample(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", file));

    public static IEnumerable<(RegistryFile, byte[])> Samples() =>
    [
        (RegistryFile.Branches, Sample("branches.csv")), (RegistryFile.Merchants, Sample("merchants.csv")),
        (RegistryFile.Terminals, Sample("terminals.csv")),
    ];

    public static IEnumerable<(RegistryFile, byte[])> Files(string? branches = null, string? merchants = null, string? terminals = null) =>
        new[] { (RegistryFile.Branches, branches), (RegistryFile.Merchants, merchants), (RegistryFile.Terminals, terminals) }
            .Where(f => f.Item2 is not null).Select(f => (f.Item1, Encoding.UTF8.GetBytes(f.Item2!)));

    public Task<Result<RegistryImportReport>> TryAsync(IEnumerable<(RegistryFile, byte[])> files, RegistryImportRequest? request = null, IRegistryImportProgress? progress = null) =>
        Import.RunAsync(
            request ?? new("tester"),
            files.Select(f => new RegistrySource(f.Item1, new MemoryStream(f.Item2))).ToAsyncEnumerable(), progress, CancellationToken.None);

    public async Task<RegistryImportReport> RunAsync(IEnumerable<(RegistryFile, byte[])> files, RegistryImportRequest? request = null) =>
        (await TryAsync(files, request)).Value;

    public Task<RegistryImportReport> GoodAsync() => RunAsync(Files(GoodBranches, GoodMerchants, GoodTerminals));

    public async Task<RegistrySnapshot> SnapshotAsync()
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return await RegistrySnapshot.LoadAsync(connection, CancellationToken.None);
    }

    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>Every row of every table, as text.</summary>
    public async Task<string> WholeDatabaseAsync()
    {
        var text = new StringBuilder();
        var tables = await RowsAsync("select table_name from information_schema.tables where table_schema = 'public' order by 1");
        foreach (var table in tables)
        {
            text.Append(table).Append('\n').AppendJoin('\n', await RowsAsync($"select t::text from {table} t order by 1")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What the registry says, by natural numbers: without ids, versions, times and what is random in a sealed value.</summary>
    public async Task<string> RegistryAsync() => string.Join('\n',
    [
        .. await RowsAsync("select concat_ws('|', branch_code, name, parent_branch_code) from branch order by 1"),
        .. await RowsAsync("""
            select concat_ws('|', merchant_no, name, mcc, branch_code, township, credit_code_mark, settlement_account_mark)
            from merchant order by 1
            """),
        .. await RowsAsync("""
            select concat_ws('|', merchant_no, effective_from, debit_rate_per_ten_million, coalesce(debit_cap_fen::text, '-'),
                             credit_rate_per_ten_million, coalesce(credit_cap_fen::text, '-'))
            from fee_plan join merchant using (merchant_id) order by 1
            """),
        .. await RowsAsync("""
            select concat_ws('|', terminal_no, serial_no, model, installed_on, coalesce(known_activity_on::text, '-'), spare, installation_address)
            from terminal order by 1
            """),
        .. await RowsAsync("""
            select concat_ws('|', terminal_no, merchant_no, valid_from at time zone 'UTC', valid_to at time zone 'UTC')
            from terminal_binding join terminal using (terminal_id) join merchant using (merchant_id) order by 1
            """),
    ]);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _protector.Dispose();
    }
}
