using System.Security.Cryptography;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.History;

/// <summary>The rows of one import of day volumes, in a temporary table of its transaction.</summary>
internal sealed class StagedVolumes(NpgsqlConnection connection, CsvRows rows)
{
    private sealed record VolumeRow(
        string MerchantNo, string TerminalNo, DateOnly On, int Sales, long GrossFen, int Refunds, long RefundFen, long FeeFen);

    /// <summary>Reads the body to its end. Returns the digest of what the good rows say.</summary>
    public async Task<byte[]> StageAsync(Stream body, DateOnly min, DateOnly today, CancellationToken cancellationToken)
    {
        await RunAsync(
            """
            create temp table staged_volume (
                line integer, merchant_no text, terminal_no text, transaction_date date, sales integer, gross_fen bigint, refunds integer,
                refund_fen bigint, fee_fen bigint) on commit drop
            """,
            cancellationToken);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var copy = await connection.BeginBinaryImportAsync("copy staged_volume from stdin (format binary)", cancellationToken))
        {
            copy.Timeout = TimeSpan.FromSeconds(ImportSql.TimeoutSeconds);
            await foreach (var (line, row) in rows.ReadAsync(body, Read, cancellationToken))
            {
                if (row.On < min || row.On >= today)
                {
                    rows.Fault(line, new(
                        VolumeColumns.Date, "history.date-range", $"{row.On:yyyy-MM-dd}", new Detail("min", $"{min:yyyy-MM-dd}"),
                        new Detail("max", $"{today.AddDays(-1):yyyy-MM-dd}")));
                    continue;
                }

                digest.AppendData(System.Text.Encoding.UTF8.GetBytes(row.ToString()));
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(line, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(row.MerchantNo, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(row.TerminalNo, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(row.On, NpgsqlDbType.Date, cancellationToken);
                await copy.WriteAsync(row.Sales, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(row.GrossFen, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(row.Refunds, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(row.RefundFen, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(row.FeeFen, NpgsqlDbType.Bigint, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await RunAsync(
            "create index on staged_volume (merchant_no, transaction_date, terminal_no); analyze staged_volume", cancellationToken);
        return digest.GetHashAndReset();
    }

    /// <summary>
    /// In this order: numbers that nobody knows, a day given twice, a day from the first one on that our journal covers, a day that the journal
    /// has of the terminal all the same, a day that was imported with other numbers.
    /// </summary>
    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        await FlagAsync(RegistryColumns.MerchantNo, "registry.merchant-not-known", "select s.line, s.merchant_no, '' from staged_volume s where not exists (select from merchant m where m.merchant_no = s.merchant_no)", "-", cancellationToken);
        await FlagAsync(RegistryColumns.TerminalNo, "registry.terminal-not-known", "select s.line, s.terminal_no, '' from staged_volume s where not exists (select from terminal t where t.terminal_no = s.terminal_no)", "-", cancellationToken);
        await FlagAsync(
            VolumeColumns.Date, "history.repeated",
            """
            select line, transaction_date::text, first::text
            from (select line, transaction_date, min(line) over (partition by merchant_no, transaction_date, terminal_no) as first from staged_volume) s
            where line > first
            """,
            "other", cancellationToken);
        await FlagAsync(
            VolumeColumns.Date, "history.covered",
            """
            select s.line, s.transaction_date::text, c.first::text
            from staged_volume s
            join (select least((select min(business_date) from clearing_file where state <> 'withdrawn'),
                               (select min(business_date) from day_volume_current where sales > 0)) as first) c on s.transaction_date >= c.first
            """,
            "first", cancellationToken);
        await FlagAsync(
            VolumeColumns.Date, "history.in-journal",
            $"""
            select s.line, s.transaction_date::text, s.terminal_no
            from staged_volume s {Known}
            where exists (select from day_volume_current v
                          where v.transaction_date = s.transaction_date and v.merchant_id = m.merchant_id and v.terminal_id = t.terminal_id
                            and (v.sales, v.refunds, v.reversals) <> (0, 0, 0))
            """,
            "terminalNo", cancellationToken);
        await FlagAsync(
            VolumeColumns.Date, "history.differs",
            $"""
            select s.line, s.transaction_date::text, s.terminal_no
            from staged_volume s {Known}
            join imported_day_volume i using (merchant_id, transaction_date, terminal_id)
            where (i.sales, i.gross_fen, i.refunds, i.refund_fen, i.fee_fen) <> (s.sales, s.gross_fen, s.refunds, s.refund_fen, s.fee_fen)
            """,
            "terminalNo", cancellationToken);
    }

    /// <summary>Writes the days that are not there yet.</summary>
    public async Task<int> AddAsync(Guid importId, byte[] digest, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into volume_import (import_id, content_sha256, rows, added, first_date, last_date, actor, at)
            select $1, $2, count(*), count(*) filter (where i.import_id is null), min(s.transaction_date), max(s.transaction_date), $3, $4
            from staged_volume s {Known}
            left join imported_day_volume i using (merchant_id, transaction_date, terminal_id)
            having count(*) > 0
            """,
            connection) { CommandTimeout = ImportSql.TimeoutSeconds };
        foreach (var value in (ReadOnlySpan<object>)[importId, digest, actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return 0;
        }

        await using var insert = new NpgsqlCommand(
            $"""
            insert into imported_day_volume (transaction_date, merchant_id, terminal_id, sales, refunds, gross_fen, refund_fen, fee_fen, import_id)
            select s.transaction_date, m.merchant_id, t.terminal_id, s.sales, s.refunds, s.gross_fen, s.refund_fen, s.fee_fen, $1
            from staged_volume s {Known}
            order by m.merchant_id, s.transaction_date, t.terminal_id
            on conflict on constraint imported_day_volume_pk do nothing
            """,
            connection) { CommandTimeout = ImportSql.TimeoutSeconds };
        insert.Parameters.Add(new() { Value = importId });
        return await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What the registry knows of a terminal's activity only moves forward.</summary>
    public async Task<int> MoveKnownActivityAsync(Guid importId, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with latest as materialized (
                select t.terminal_id, i.on_date
                from (select terminal_id, max(transaction_date) as on_date
                      from imported_day_volume where import_id = $1 and sales > 0 group by 1) i
                join terminal t using (terminal_id)
                where t.known_activity_on is null or t.known_activity_on < i.on_date
                order by t.terminal_id
                for update of t
            )
            update terminal t set known_activity_on = l.on_date, version = t.version + 1, changed_at = $2
            from latest l
            where t.terminal_id = l.terminal_id
            """,
            connection) { CommandTimeout = ImportSql.TimeoutSeconds };
        command.Parameters.Add(new() { Value = importId });
        command.Parameters.Add(new() { Value = nowUtc });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = ImportSql.TimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string Known = "join merchant m on m.merchant_no = s.merchant_no join terminal t on t.terminal_no = s.terminal_no";

    private static VolumeRow Read(RegistryCells cells, IReadOnlyList<string> names) => new(
        cells.MerchantNumber(names[0]), cells.TerminalNumber(names[1]), cells.Date(names[2]), cells.Count(names[3]), cells.Money(names[4]),
        cells.Count(names[5]), cells.Money(names[6]), cells.Money(names[7], mayBeNegative: true));

    /// <summary>The query returns line, what was found, and a word about it. A row that is bad already is told once.</summary>
    private async Task FlagAsync(string column, string code, string query, string word, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{query} order by 1", connection) { CommandTimeout = ImportSql.TimeoutSeconds };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var line = reader.GetInt32(0);
            if (rows.IsGood(line))
            {
                rows.Fault(line, new(column, code, FoundText.Of(reader.GetString(1)), new Detail(word, reader.GetString(2))));
            }
        }
    }
}
