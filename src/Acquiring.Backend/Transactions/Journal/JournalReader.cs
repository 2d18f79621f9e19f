using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>Reads whole journal rows; every query that does selects <see cref="Columns"/> from an alias <c>j</c>.</summary>
internal static class JournalReader
{
    public const string Columns =
        """
        j.transaction_date, j.terminal_id, j.stan, j.kind, j.batch, j.merchant_id, j.turn, j.occurred_at, j.business_date,
        j.amount_fen, j.fee_fen, j.declared_fee_fen, j.card, j.card_reference, j.card_kind, j.reference, j.file_id, j.line_no,
        j.fee_plan_id, j.original_date, j.original_terminal_id, j.original_stan, j.original_batch, j.issuer_fee_fen, j.network_fee_fen,
        j.plan_term, j.tariff_rule_id, j.pay_type
        """;

    public static JournalRow Read(NpgsqlDataReader reader)
    {
        var merchantId = reader.GetInt32(5);
        return new JournalRow
        {
            Key = new(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt32(2), (TransactionKind)reader.GetInt16(3),
                reader.GetInt32(4), merchantId),
            Turn = reader.GetInt16(6),
            OccurredAt = BusinessTime.FromUtc(reader.GetDateTime(7)),
            BusinessDate = reader.GetFieldValue<DateOnly>(8),
            AmountFen = reader.GetInt64(9),
            Fee = new(reader.GetInt64(10), reader.GetInt64(23), reader.GetInt64(24)),
            DeclaredFeeFen = reader.IsDBNull(11) ? null : reader.GetInt64(11),
            Card = reader.IsDBNull(12) ? default : new CardMask(reader.GetInt64(12)),
            CardReference = reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13),
            CardKind = (CardKind)reader.GetInt16(14),
            Reference = reader.GetString(15),
            FileId = reader.GetInt32(16),
            LineNo = reader.GetInt32(17),
            FeePlanId = reader.GetInt32(18),
            PlanTerm = reader.GetInt16(25),
            TariffRuleId = reader.GetInt16(26),
            PayType = (PayType)reader.GetInt16(27),
            Original = reader.IsDBNull(19)
                ? null
                : new JournalKey(
                    reader.GetFieldValue<DateOnly>(19), reader.GetInt32(20), reader.GetInt32(21), TransactionKind.Sale,
                    reader.GetInt32(22), merchantId),
        };
    }

    /// <summary>Of rows of any turn, the live ones: those whose latest turn posts.</summary>
    public static async Task<List<JournalRow>> ReadLiveAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<JournalKey, JournalRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = Read(reader);
            if (!latest.TryGetValue(row.Key, out var other) || other.Turn < row.Turn)
            {
                latest[row.Key] = row;
            }
        }

        return latest.Values.Where(r => r.IsLive).ToList();
    }
}
