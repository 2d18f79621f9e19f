using Acquiring.Backend.Registry;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>The lines in suspense that notices repeat, with what became of them. They are known by the numbers they came with.</summary>
internal static class SuspendedTwins
{
    private readonly record struct Slot(DateOnly Date, string TerminalNo, int Stan, TransactionKind Kind, string MerchantNo);

    private sealed record Suspended(
        NoticeContent Content, int Batch, DateOnly BusinessDate, string Reason, string State, DateTimeOffset? DecidedAt, string MerchantNo,
        string TerminalNo);

    public static async Task<FirstResult?[]> FindAsync(NpgsqlConnection connection, RegistrySnapshot registry, IReadOnlyList<ClearingLine> lines)
    {
        var bySlot = await LoadAsync(connection, lines);
        var found = new FirstResult?[lines.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var line = lines[i];
            var twin = bySlot[SlotOf(line)].FirstOrDefault(s => LineTwin.IsSame(line.Batch, line.Reference, s.Batch, s.Content.Reference));
            found[i] = twin is null ? null : await AnswerAsync(connection, registry, line, twin);
        }

        return found;
    }

    private static async Task<FirstResult?> AnswerAsync(NpgsqlConnection connection, RegistrySnapshot registry, ClearingLine line, Suspended twin)
    {
        var differs = NoticeContent.Differences(line, twin.Content);
        if (differs.Count > 0)
        {
            return new(null, OnlineRefusals.KeyTaken(differs));
        }

        if (twin.State == "held")
        {
            return new(
                new(line.MerchantNo.Text, line.TerminalNo.Text, twin.Batch < 0 ? null : twin.Batch, line.Stan, line.TransactionDate, line.Kind,
                    twin.BusinessDate, line.AmountFen, null, null, twin.Reason, IsDuplicate: true),
                null);
        }

        // A person may have corrected its numbers before it posted.
        if (registry.TryMerchant(twin.MerchantNo, out var merchant) && registry.TryTerminal(twin.TerminalNo, out var terminal))
        {
            var slot = new Posting.Slot(line.TransactionDate, merchant.MerchantId, terminal.TerminalId, line.Stan, line.Kind);
            var row = (await FirstResults.PostedAsync(connection, [slot]))[slot]
                .FirstOrDefault(r => LineTwin.IsSame(twin.Batch, twin.Content.Reference, r.Key.Batch, r.Reference));
            if (row is not null)
            {
                return new(NoticeResult.Posted(line, row, isDuplicate: true), null);
            }
        }

        return new(null, OnlineRefusals.Dismissed(twin.DecidedAt ?? default));
    }

    private static async Task<ILookup<Slot, Suspended>> LoadAsync(NpgsqlConnection connection, IReadOnlyList<ClearingLine> lines)
    {
        await using var command = new NpgsqlCommand(
            """
            select distinct on (h.held_line_id)
                   q.transaction_date, q.terminal_no, q.stan, q.kind, q.merchant_no, h.file_id, h.amount_fen, h.card_kind, h.card,
                   h.occurred_at, h.reference, h.original_reference, h.original_stan, h.batch, h.business_date, h.reason, h.state,
                   h.decided_at, h.merchant_no, h.terminal_no, h.pay_type
            from unnest($1, $2, $3, $4, $5) as q (transaction_date, terminal_no, stan, kind, merchant_no)
            join held_line h on h.transaction_date = q.transaction_date and coalesce(h.named_terminal_no, h.terminal_no) = q.terminal_no
                            and h.stan = q.stan and h.kind = q.kind
                            and coalesce(h.named_merchant_no, h.merchant_no) = q.merchant_no
            where h.state <> 'withdrawn'
            order by h.held_line_id
            """,
            connection);
        command.Parameters.Add(new() { Value = lines.Select(l => l.TransactionDate).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = lines.Select(l => l.TerminalNo.Text).ToArray() });
        command.Parameters.Add(new() { Value = lines.Select(l => l.Stan).ToArray() });
        command.Parameters.Add(new() { Value = lines.Select(l => (short)l.Kind).ToArray() });
        command.Parameters.Add(new() { Value = lines.Select(l => l.MerchantNo.Text).ToArray() });
        var rows = new List<(Slot Slot, Suspended Line)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var content = new NoticeContent(
                reader.GetInt32(5) == OnlineRow.FileId, reader.GetInt64(6), (CardKind)reader.GetInt16(7),
                reader.IsDBNull(8) ? default : new CardMask(reader.GetInt64(8)), BusinessTime.FromUtc(reader.GetDateTime(9)),
                reader.GetString(10), reader.GetString(11), reader.IsDBNull(12) ? null : reader.GetInt32(12),
                (PayType)reader.GetInt16(20));
            rows.Add((
                new(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetInt32(2), (TransactionKind)reader.GetInt16(3), reader.GetString(4)),
                new(content, reader.GetInt32(13), reader.GetFieldValue<DateOnly>(14), reader.GetString(15), reader.GetString(16),
                    reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17), reader.GetString(18), reader.GetString(19))));
        }

        return rows.ToLookup(r => r.Slot, r => r.Line);
    }

    private static Slot SlotOf(ClearingLine line) =>
        new(line.TransactionDate, line.TerminalNo.Text, line.Stan, line.Kind, line.MerchantNo.Text);
}
