using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// Appends rows to the journal and what they add to the day volumes, inside the caller's transaction. The caller holds
/// <see cref="DatabaseLocks.Ingest"/>. Rows in key order cost the indexes least; any order is right.
/// </summary>
internal static class JournalWriter
{
    private const short ColumnCount = 28;

    private const string Columns =
        """
        occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, declared_fee_fen, card, transaction_date, business_date, merchant_id,
        terminal_id, stan, batch, file_id, line_no, fee_plan_id, original_date, original_terminal_id, original_stan, original_batch, kind, turn,
        plan_term, tariff_rule_id, card_kind, pay_type, reference, card_reference
        """;

    public static async Task AppendAsync(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        using var volumes = new VolumeDeltas();
        await AppendRowsAsync(connection, rows, volumes, cancellationToken);
        await volumes.SendAsync(connection, cancellationToken);
        await JournalDates.AdvanceAsync(connection, rows.Select(r => r.Key.Date), cancellationToken);
    }

    /// <summary>Appends rows and adds them to volumes that the caller sends; the caller also counts the dates (<see cref="JournalDates"/>).</summary>
    public static async Task AppendRowsAsync(
        NpgsqlConnection connection, IReadOnlyList<JournalRow> rows, VolumeDeltas volumes, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        using var months = new MonthBuffers();
        foreach (var row in rows.OrderBy(r => r.Key.Date).ThenBy(r => r.Key.TerminalId).ThenBy(r => r.Key.Stan))
        {
            Write(months.Of(row.Key.Date), row);
            volumes.Add(row);
        }

        await EnsurePartitionsAsync(connection, months.Months, cancellationToken);
        await SendAsync(connection, months, cancellationToken);
    }

    /// <summary>Sends what was written with <see cref="Write"/>: each month straight into its partition, which is there.</summary>
    public static async Task SendAsync(NpgsqlConnection connection, MonthBuffers months, CancellationToken cancellationToken)
    {
        foreach (var (month, rows) in months.All)
        {
            await rows.SendAsync(connection, $"copy journal_{month:yyyy_MM} ({Columns}) from stdin (format binary)", cancellationToken);
        }
    }

    /// <summary>Outside a transaction it locks the journal for a moment only, when a month is new.</summary>
    public static async Task EnsurePartitionsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<DateOnly> months, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select ensure_journal_partition(m) from unnest($1) m", connection);
        command.Parameters.Add(new() { Value = months.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The fields in the order of <see cref="Columns"/>.</summary>
    public static void Write(CopyBuffer to, JournalRow row)
    {
        to.StartRow(ColumnCount);
        to.TimestampTz(BusinessTime.ToUtc(row.OccurredAt));
        to.BigInt(row.AmountFen);
        to.BigInt(row.Fee.FeeFen);
        to.BigInt(row.Fee.IssuerFeeFen);
        to.BigInt(row.Fee.NetworkFeeFen);
        to.BigInt(row.DeclaredFeeFen);
        to.BigInt(row.Card.IsNone ? null : row.Card.Packed);
        to.Date(row.Key.Date);
        to.Date(row.BusinessDate);
        to.Integer(row.Key.MerchantId);
        to.Integer(row.Key.TerminalId);
        to.Integer(row.Key.Stan);
        to.Integer(row.Key.Batch);
        to.Integer(row.FileId);
        to.Integer(row.LineNo);
        to.Integer(row.FeePlanId);
        to.Date(row.Original?.Date);
        to.Integer(row.Original?.TerminalId);
        to.Integer(row.Original?.Stan);
        to.Integer(row.Original?.Batch);
        to.SmallInt((short)row.Key.Kind);
        to.SmallInt(row.Turn);
        to.SmallInt(row.PlanTerm);
        to.SmallInt(row.TariffRuleId);
        to.SmallInt((short)row.CardKind);
        to.SmallInt((short)row.PayType);
        to.Text(row.Reference);
        to.Bytes(row.CardReference);
    }
}
