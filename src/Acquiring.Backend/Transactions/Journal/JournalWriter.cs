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
            Write(import, row);
        }

        await import.CompleteAsync(cancellationToken);
    }

    // Written into the driver's buffer, which is flushed every few dozen rows: awaiting each of 23 columns costs more than it frees.
    private static void Write(NpgsqlBinaryImporter import, JournalRow row)
    {
        import.StartRow();
        import.Write(BusinessTime.ToUtc(row.OccurredAt), NpgsqlDbType.TimestampTz);
        import.Write(row.AmountFen, NpgsqlDbType.Bigint);
        import.Write(row.FeeFen, NpgsqlDbType.Bigint);
        WriteOrNull(import, row.DeclaredFeeFen, NpgsqlDbType.Bigint);
        WriteOrNull<long>(import, row.Card.IsNone ? null : row.Card.Packed, NpgsqlDbType.Bigint);
        import.Write(row.Key.Date, NpgsqlDbType.Date);
        import.Write(row.BusinessDate, NpgsqlDbType.Date);
        import.Write(row.Key.MerchantId, NpgsqlDbType.Integer);
        import.Write(row.Key.TerminalId, NpgsqlDbType.Integer);
        import.Write(row.Key.Stan, NpgsqlDbType.Integer);
        import.Write(row.Key.Batch, NpgsqlDbType.Integer);
        import.Write(row.FileId, NpgsqlDbType.Integer);
        import.Write(row.LineNo, NpgsqlDbType.Integer);
        import.Write(row.FeePlanId, NpgsqlDbType.Integer);
        WriteOrNull(import, row.Original?.Date, NpgsqlDbType.Date);
        WriteOrNull(import, row.Original?.TerminalId, NpgsqlDbType.Integer);
        WriteOrNull(import, row.Original?.Stan, NpgsqlDbType.Integer);
        WriteOrNull(import, row.Original?.Batch, NpgsqlDbType.Integer);
        import.Write((short)row.Key.Kind, NpgsqlDbType.Smallint);
        import.Write(row.Turn, NpgsqlDbType.Smallint);
        import.Write((short)row.CardKind, NpgsqlDbType.Smallint);
        import.Write(row.Reference, NpgsqlDbType.Text);
        if (row.CardReference is null)
        {
            import.WriteNull();
        }
        else
        {
            import.Write(row.CardReference, NpgsqlDbType.Bytea);
        }
    }

    private static void WriteOrNull<T>(NpgsqlBinaryImporter import, T? value, NpgsqlDbType type)
        where T : struct
    {
        if (value is { } present)
        {
            import.Write(present, type);
        }
        else
        {
            import.WriteNull();
        }
    }

    internal static Task WriteOrNullAsync<T>(NpgsqlBinaryImporter import, T? value, NpgsqlDbType type, CancellationToken cancellationToken)
        where T : struct =>
        value is { } present ? import.WriteAsync(present, type, cancellationToken) : import.WriteNullAsync(cancellationToken);

    internal static Task WriteOrNullAsync(NpgsqlBinaryImporter import, byte[]? value, CancellationToken cancellationToken) =>
        value is null ? import.WriteNullAsync(cancellationToken) : import.WriteAsync(value, NpgsqlDbType.Bytea, cancellationToken);
}
