using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// Appends rows to the journal and adds them to the day volumes, inside the caller's transaction. The caller holds
/// <see cref="Platform.DatabaseLocks.Ingest"/>.
/// </summary>
internal static class JournalWriter
{
    public static async Task AppendAsync(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await EnsurePartitionsAsync(connection, rows, cancellationToken);
        await CopyAsync(connection, rows, cancellationToken);
        await DayVolumeWriter.AddAsync(connection, rows, cancellationToken);
    }

    private static async Task EnsurePartitionsAsync(
        NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, CancellationToken cancellationToken)
    {
        var months = new HashSet<DateOnly>();
        foreach (var row in rows)
        {
            months.Add(new DateOnly(row.Key.Date.Year, row.Key.Date.Month, 1));
        }

        await using var command = new NpgsqlCommand("select ensure_journal_partition(m) from unnest($1) m", connection);
        command.Parameters.Add(new() { Value = months.Order().ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, CancellationToken cancellationToken)
    {
        await using var import = await connection.BeginBinaryImportAsync(
            """
            copy journal (occurred_at, amount_fen, fee_fen, declared_fee_fen, card, transaction_date, business_date, merchant_id,
                          terminal_id, stan, batch, file_id, line_no, fee_plan_id, original_date, original_terminal_id, original_stan,
                          original_batch, kind, turn, card_kind, reference, card_reference)
            from stdin (format binary)
            """,
            cancellationToken);
        foreach (var row in rows)
        {
            await import.StartRowAsync(cancellationToken);
            await import.WriteAsync(BusinessTime.ToUtc(row.OccurredAt), NpgsqlDbType.TimestampTz, cancellationToken);
            await import.WriteAsync(row.AmountFen, NpgsqlDbType.Bigint, cancellationToken);
            await import.WriteAsync(row.FeeFen, NpgsqlDbType.Bigint, cancellationToken);
            await WriteOrNullAsync(import, row.DeclaredFeeFen, NpgsqlDbType.Bigint, cancellationToken);
            await WriteOrNullAsync<long>(import, row.Card.IsNone ? null : row.Card.Packed, NpgsqlDbType.Bigint, cancellationToken);
            await import.WriteAsync(row.Key.Date, NpgsqlDbType.Date, cancellationToken);
            await import.WriteAsync(row.BusinessDate, NpgsqlDbType.Date, cancellationToken);
            await import.WriteAsync(row.Key.MerchantId, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.Key.TerminalId, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.Key.Stan, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.Key.Batch, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.FileId, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.LineNo, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync(row.FeePlanId, NpgsqlDbType.Integer, cancellationToken);
            await WriteOrNullAsync(import, row.Original?.Date, NpgsqlDbType.Date, cancellationToken);
            await WriteOrNullAsync(import, row.Original?.TerminalId, NpgsqlDbType.Integer, cancellationToken);
            await WriteOrNullAsync(import, row.Original?.Stan, NpgsqlDbType.Integer, cancellationToken);
            await WriteOrNullAsync(import, row.Original?.Batch, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync((short)row.Key.Kind, NpgsqlDbType.Smallint, cancellationToken);
            await import.WriteAsync(row.Turn, NpgsqlDbType.Smallint, cancellationToken);
            await import.WriteAsync((short)row.CardKind, NpgsqlDbType.Smallint, cancellationToken);
            await import.WriteAsync(row.Reference, NpgsqlDbType.Text, cancellationToken);
            await WriteOrNullAsync(import, row.CardReference, cancellationToken);
        }

        await import.CompleteAsync(cancellationToken);
    }

    internal static Task WriteOrNullAsync<T>(NpgsqlBinaryImporter import, T? value, NpgsqlDbType type, CancellationToken cancellationToken)
        where T : struct =>
        value is { } present ? import.WriteAsync(present, type, cancellationToken) : import.WriteNullAsync(cancellationToken);

    internal static Task WriteOrNullAsync(NpgsqlBinaryImporter import, byte[]? value, CancellationToken cancellationToken) =>
        value is null ? import.WriteNullAsync(cancellationToken) : import.WriteAsync(value, NpgsqlDbType.Bytea, cancellationToken);
}
