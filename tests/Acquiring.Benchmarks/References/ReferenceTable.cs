using System.Diagnostics;
using Acquiring.Benchmarks.Bank;
using NpgsqlTypes;

namespace Acquiring.Benchmarks.References;

/// <summary>The table every reference writes: the journal's facts and its key, and nothing that checks, prices or sums them.</summary>
internal static class ReferenceTable
{
    public const string Name = "reference";

    public const string Columns =
        "transaction_date, terminal_id, batch, stan, kind, merchant_id, amount_fen, fee_fen, card_kind, reference, occurred_at";

    public static Task CreateAsync(BankDatabase database, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"""
        drop table if exists {Name};
        create table {Name} (
            transaction_date date, terminal_id int, batch int, stan int, kind smallint, merchant_id int, amount_fen bigint, fee_fen bigint,
            card_kind smallint, reference text, occurred_at timestamptz,
            primary key (transaction_date, terminal_id, batch, stan, kind))
        """,
        cancellationToken);

    /// <summary>Rows a second of one binary COPY, committed.</summary>
    public static async Task<double> CopyAsync(BankDatabase database, ReferenceRow[] rows, CancellationToken cancellationToken)
    {
        await CreateAsync(database, cancellationToken);
        await database.CheckpointAsync(cancellationToken);
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        Copy(connection, rows);
        return rows.Length / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    // Without awaits in between: the strongest single stream there is.
    private static void Copy(Npgsql.NpgsqlConnection connection, ReferenceRow[] rows)
    {
        using var import = connection.BeginBinaryImport($"copy {Name} ({Columns}) from stdin (format binary)");
        foreach (ref readonly var row in rows.AsSpan())
        {
            import.StartRow();
            import.Write(row.Date, NpgsqlDbType.Date);
            import.Write(row.TerminalId, NpgsqlDbType.Integer);
            import.Write(row.Batch, NpgsqlDbType.Integer);
            import.Write(row.Stan, NpgsqlDbType.Integer);
            import.Write(row.Kind, NpgsqlDbType.Smallint);
            import.Write(row.MerchantId, NpgsqlDbType.Integer);
            import.Write(row.AmountFen, NpgsqlDbType.Bigint);
            import.Write(row.FeeFen, NpgsqlDbType.Bigint);
            import.Write(row.CardKind, NpgsqlDbType.Smallint);
            import.Write(row.Reference, NpgsqlDbType.Text);
            import.Write(row.OccurredAt, NpgsqlDbType.TimestampTz);
        }

        import.Complete();
    }
}
