using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Writes the sales of a small group, counts their date and commits, in one round trip; a copy stream would take four. For sales that
/// are surely new, of one month whose partition is there.
/// </summary>
internal static class FreshSales
{
    /// <summary>More rows are cheaper by a copy stream than by arrays.</summary>
    public const int RowsMax = 512;

    public static NpgsqlBatch Batch(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows)
    {
        var batch = new NpgsqlBatch(connection);
        var insert = new NpgsqlBatchCommand(
            $"""
            with line as (
                select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                    as u (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, card, transaction_date, business_date, merchant_id,
                          terminal_id, stan, batch, line_no, fee_plan_id, plan_term, tariff_rule_id, card_kind, pay_type, reference,
                          card_reference)
            ), volume as (
                insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                              gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                select transaction_date, merchant_id, terminal_id, business_date, pay_type, 1, 0, 0, amount_fen, 0, 0, fee_fen,
                       issuer_fee_fen, network_fee_fen
                from line
            )
            insert into journal_{rows[0].Key.Date:yyyy_MM} (
                occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, card, transaction_date, business_date, merchant_id,
                terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind, pay_type, reference,
                card_reference)
            select occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, card, transaction_date, business_date, merchant_id,
                   terminal_id, stan, batch, {OnlineRow.FileId}, line_no, fee_plan_id, {(short)TransactionKind.Sale}, 0, plan_term, tariff_rule_id,
                   card_kind, pay_type, reference, card_reference
            from line
            """);
        Add(NpgsqlDbType.TimestampTz, r => BusinessTime.ToUtc(r.OccurredAt));
        Add(NpgsqlDbType.Bigint, r => r.AmountFen);
        Add(NpgsqlDbType.Bigint, r => r.Fee.FeeFen);
        Add(NpgsqlDbType.Bigint, r => r.Fee.IssuerFeeFen);
        Add(NpgsqlDbType.Bigint, r => r.Fee.NetworkFeeFen);
        Add<long?>(NpgsqlDbType.Bigint, r => r.Card.IsNone ? null : r.Card.Packed);
        Add(NpgsqlDbType.Date, r => r.Key.Date);
        Add(NpgsqlDbType.Date, r => r.BusinessDate);
        Add(NpgsqlDbType.Integer, r => r.Key.MerchantId);
        Add(NpgsqlDbType.Integer, r => r.Key.TerminalId);
        Add(NpgsqlDbType.Integer, r => r.Key.Stan);
        Add(NpgsqlDbType.Integer, r => r.Key.Batch);
        Add(NpgsqlDbType.Integer, r => r.LineNo);
        Add(NpgsqlDbType.Integer, r => r.FeePlanId);
        Add(NpgsqlDbType.Smallint, r => r.PlanTerm);
        Add(NpgsqlDbType.Smallint, r => r.TariffRuleId);
        Add(NpgsqlDbType.Smallint, r => (short)r.CardKind);
        Add(NpgsqlDbType.Smallint, r => (short)r.PayType);
        Add(NpgsqlDbType.Text, r => r.Reference);
        Add(NpgsqlDbType.Bytea, r => r.CardReference);
        batch.BatchCommands.Add(insert);

        var count = new NpgsqlBatchCommand(
            """
            insert into journal_date (transaction_date, generation) select d, 1 from unnest($1) d
            on conflict on constraint journal_date_pk do update set generation = journal_date.generation + 1
            """);
        count.Parameters.Add(new()
        {
            Value = rows.Select(r => r.Key.Date).Distinct().Order().ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
        });
        batch.BatchCommands.Add(count);
        batch.BatchCommands.Add(new("commit"));
        return batch;

        void Add<T>(NpgsqlDbType type, Func<JournalRow, T> column)
        {
            var values = new T[rows.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = column(rows[i]);
            }

            insert.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        }
    }
}
