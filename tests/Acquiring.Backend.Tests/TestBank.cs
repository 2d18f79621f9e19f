using Acquiring.Backend.Platform;
using Acquiring.Testing;
using Dapper;
using Npgsql;

namespace Acquiring.Backend.Tests;

/// <summary>
/// A small bank written straight into the tables, so that what reads them is tested without what writes them. A journal row and its day volume
/// are written together, as ingest does.
/// </summary>
public sealed class TestBank(TestDatabase database) : IAsyncDisposable
{
    public const string AnyTime = "2026-01-01T00:00:00Z";

    private int _line;

    public NpgsqlDataSource DataSource => database.DataSource;

    public string ConnectionString => database.ConnectionString;

    public ChangeCounter Changes { get; } = new();

    /// <summary>Noon of 2026-11-22 in China.</summary>
    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));

    public static async Task<TestBank> OpenAsync(TestCluster cluster)
    {
        var bank = new TestBank(await cluster.NewDatabaseAsync());
        // The migrations' checks used some numbers up; tests name the first ones.
        await bank.ExecuteAsync(
            """
            alter table merchant alter merchant_id restart with 1;
            alter table terminal alter terminal_id restart with 1;
            alter table clearing_file alter file_id restart with 1;
            alter table follow_up alter follow_up_id restart with 1;
            alter table removal alter removal_id restart with 1;
            alter table work_order alter work_order_id restart with 1;
            alter table redeployment alter redeployment_id restart with 1;
            alter table merchant_limit alter merchant_limit_id restart with 1
            """);
        return bank;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <summary>A merchant at 0.60 % for debit and 0.70 % for credit cards.</summary>
    public Task<int> MerchantAsync(string no, long? debitCapFen = null) => ScalarAsync<int>(
        $"""
        insert into branch (branch_code, name) values ('360700', '总行') on conflict do nothing;
        with m as (
            insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                                  settlement_account_mark, changed_at)
            values ('{no}', '商户', '5411', '360700', '', '', '', '', '{AnyTime}') returning merchant_id
        )
        insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, debit_cap_fen, credit_rate_per_ten_million, source, created_at)
        select merchant_id, '-infinity', 60000, {debitCapFen?.ToString() ?? "null"}, 70000, 'test', '{AnyTime}' from m
        returning merchant_id
        """);

    public Task<int> TerminalAsync(string no, int merchantId, string installedOn = "2020-01-01", string? knownActivityOn = null, bool spare = false) =>
        ScalarAsync<int>(
            $"""
            with t as (
                insert into terminal (terminal_no, serial_no, model, installed_on, known_activity_on, spare, installation_address, changed_at)
                values ('{no}', 'S{no}', 'N86', '{installedOn}', {(knownActivityOn is null ? "null" : $"'{knownActivityOn}'")}, {spare}, '', '{AnyTime}')
                returning terminal_id
            )
            insert into terminal_binding (terminal_id, merchant_id, valid_from) select terminal_id, {merchantId}, '-infinity' from t
            returning terminal_id
            """);

    public Task<int> FileAsync(string date, string state = "complete", string channel = "default") => ScalarAsync<int>(
        $"""
        insert into clearing_file (channel, file_name, business_date, format, state, content_sha256, started_at, ended_at)
        values ('{channel}', 'ZM_{date}.txt', '{date}', 'zm', '{state}', '', '{AnyTime}', '{AnyTime}') returning file_id
        """);

    public async Task FilesAsync(string from, string to, params string[] without)
    {
        for (var date = DateOnly.Parse(from); date <= DateOnly.Parse(to); date = date.AddDays(1))
        {
            if (!without.Contains($"{date:yyyy-MM-dd}"))
            {
                await FileAsync($"{date:yyyy-MM-dd}");
            }
        }
    }

    /// <summary>A journal row of any kind and turn; the fee is signed as the journal signs it.</summary>
    public Task PostAsync(
        int merchantId, int terminalId, string date, int stan, long amountFen = 10_000, long feeFen = 60, int kind = 1, int turn = 0,
        string? businessDate = null, int batch = 1, string? reference = null, string? saleDate = null, int? saleStan = null) => ExecuteAsync(
        $"""
        select ensure_journal_partition('{date}');
        insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, transaction_date, business_date, merchant_id,
                             terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind, pay_type, reference, original_date, original_terminal_id, original_stan, original_batch)
        values ('{date}T12:00:00+08', {amountFen}, {feeFen}, 0, 0, '{date}', '{businessDate ?? date}', {merchantId}, {terminalId}, {stan}, {batch}, 1,
                {++_line}, (select fee_plan_id from fee_plan where merchant_id = {merchantId}), {kind}, {turn}, 0, 0, 1, 1,
                '{reference ?? $"{date[2..].Replace("-", "")}{terminalId:D8}{stan:D6}"}',
                {(kind == 1 ? "null, null, null, null" : $"'{saleDate ?? date}', {terminalId}, {saleStan}, {batch}")});
        insert into journal_date values ('{date}', 1) on conflict (transaction_date) do update set generation = journal_date.generation + 1;
        insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        values ('{date}', {merchantId}, {terminalId}, '{businessDate ?? date}', 1, {(kind == 1 ? Sign(turn) : 0)}, {(kind == 2 ? Sign(turn) : 0)}, {(kind == 3 ? Sign(turn) : 0)},
                {(kind == 1 ? amountFen : 0)}, {(kind == 1 ? 0 : amountFen)}, {(kind == 3 ? amountFen : 0)}, {feeFen}, 0, 0)
        on conflict on constraint day_volume_pk do update
           set sales = day_volume.sales + excluded.sales, refunds = day_volume.refunds + excluded.refunds,
               reversals = day_volume.reversals + excluded.reversals, gross_fen = day_volume.gross_fen + excluded.gross_fen,
               refund_fen = day_volume.refund_fen + excluded.refund_fen,
               reversal_fen = day_volume.reversal_fen + excluded.reversal_fen, fee_fen = day_volume.fee_fen + excluded.fee_fen;
        insert into activity_delta (transaction_date, merchant_id, terminal_id, sales, net_fen)
        values ('{date}', {merchantId}, {terminalId}, {(kind == 1 ? Sign(turn) : 0)}, {(kind == 1 ? amountFen : -amountFen)})
        """);

    /// <summary>Changes what nothing in the product can change: constraints' triggers are off.</summary>
    public Task CorruptAsync(string sql) => ExecuteAsync($"set session_replication_role = replica; {sql}; set session_replication_role = origin");

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private static int Sign(int turn) => turn % 2 == 0 ? 1 : -1;
}
