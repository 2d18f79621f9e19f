using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Held;

/// <summary>Lines in suspense: written by ingest, read back as candidates when they may be posted.</summary>
internal static class HeldLineStore
{
    private const string CandidateColumns =
        """
        h.held_line_id, h.file_id, h.line_no, h.business_date, h.merchant_no, h.terminal_no, h.batch, h.stan, h.occurred_at, h.kind,
        h.amount_fen, h.card_kind, h.card, h.card_reference, h.reference, h.original_reference, h.original_stan,
        h.original_occurred_at, h.declared_fee_fen, h.pay_type
        """;

    public static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<Candidate> held, DateTime heldAtUtc, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var candidate in held)
        {
            var line = candidate.Line;
            rows.StartRow(22);
            rows.Integer(candidate.FileId);
            rows.BigInt(candidate.LineNo);
            rows.Date(candidate.BusinessDate);
            rows.Text(line.MerchantNo.Text);
            rows.Text(line.TerminalNo.Text);
            rows.Integer(candidate.Batch);
            rows.Integer(line.Stan);
            rows.Date(line.TransactionDate);
            rows.TimestampTz(BusinessTime.ToUtc(line.OccurredAt));
            rows.SmallInt((short)line.Kind);
            rows.BigInt(line.AmountFen);
            rows.SmallInt((short)line.CardKind);
            rows.SmallInt((short)line.PayType);
            rows.BigInt(line.Card.IsNone ? null : line.Card.Packed);
            rows.Bytes(candidate.CardReference);
            rows.Text(line.Reference);
            rows.Text(line.OriginalReference);
            rows.Integer(line.OriginalStan);
            rows.TimestampTz(line.OriginalOccurredAt is { } at ? BusinessTime.ToUtc(at) : null);
            rows.BigInt(line.DeclaredFeeFen);
            rows.Text(HoldReasons.CodeOf(candidate.HoldReason));
            rows.TimestampTz(heldAtUtc);
        }

        await rows.SendAsync(
            connection,
            """
            copy held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at, kind,
                            amount_fen, card_kind, pay_type, card, card_reference, reference, original_reference, original_stan,
                            original_occurred_at, declared_fee_fen, reason, held_at)
            from stdin (format binary)
            """,
            cancellationToken);
    }

    /// <summary>Refunds and reversals that wait for one of these sales.</summary>
    /// <param name="posted">Not looked at when nothing waits.</param>
    public static async Task<List<Candidate>> LoadWaitingForAsync(
        NpgsqlConnection connection, IEnumerable<Candidate> posted, CancellationToken cancellationToken)
    {
        var waiting = await WaitingFor.LoadAsync(connection, cancellationToken);
        var sales = waiting.IsNothing ? [] : posted.Where(waiting.MayBe).ToArray();
        if (sales.Length == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {CandidateColumns}
            from held_line h
            where h.state = 'held' and h.reason = 'sale-unknown'
              and (h.original_reference <> '' and (h.merchant_no, h.original_reference) in (select * from unnest($1, $2))
                   or h.original_reference = ''
                      and (h.merchant_no, h.terminal_no, h.original_stan, (h.original_occurred_at at time zone '+08')::date)
                          in (select * from unnest($1, $3, $4, $5)))
            order by h.held_line_id
            """,
            connection);
        command.Parameters.Add(new() { Value = Array.ConvertAll(sales, s => s.Line.MerchantNo.Text) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(sales, s => s.Line.Reference) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(sales, s => s.Line.TerminalNo.Text) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(sales, s => s.Line.Stan) });
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(sales, s => s.Line.TransactionDate),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
        });
        return await ReadCandidatesAsync(command, cancellationToken);
    }

    /// <summary>Open lines by id, in order, from after a given one; all when no ids are given.</summary>
    public static async Task<List<Candidate>> LoadOpenAsync(
        NpgsqlConnection connection, long[]? ids, long afterId, int countMax, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {CandidateColumns}
            from held_line h
            where h.state = 'held' and h.held_line_id > $1 and ($2::bigint[] is null or h.held_line_id = any($2))
            order by h.held_line_id
            limit $3
            """,
            connection);
        command.Parameters.Add(new() { Value = afterId });
        command.Parameters.Add(new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = countMax });
        return await ReadCandidatesAsync(command, cancellationToken);
    }

    /// <summary>Writes down what became of lines that came out of suspense; those still held keep their place with their present reason.</summary>
    public static async Task SettleAsync(
        NpgsqlConnection connection, IReadOnlyList<Candidate> candidates, DateTime decidedAtUtc, CancellationToken cancellationToken)
    {
        var settled = candidates.Where(c => c.HeldLineId is not null).ToArray();
        if (settled.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            update held_line h
               set state = q.state,
                   reason = coalesce(q.reason, h.reason),
                   note = case when q.state = 'dismissed' then 'already posted' else h.note end,
                   decided_at = case when q.state = 'held' then null else $4 end,
                   version = h.version + 1
              from unnest($1, $2, $3) as q (held_line_id, state, reason)
             where h.held_line_id = q.held_line_id
               and (h.state, h.reason) is distinct from (q.state, coalesce(q.reason, h.reason))
            """,
            connection);
        command.Parameters.Add(new() { Value = Array.ConvertAll(settled, c => c.HeldLineId!.Value) });
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(settled, c => c.Outcome switch
            {
                Outcome.Posted => "posted",
                Outcome.Duplicate => "dismissed",
                _ => "held",
            }),
        });
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(settled, c => c.Outcome == Outcome.Held ? HoldReasons.CodeOf(c.HoldReason) : null),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        command.Parameters.Add(new() { Value = decidedAtUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<Candidate>> ReadCandidatesAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var candidates = new List<Candidate>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var line = new ClearingLine
            {
                MerchantNo = new MerchantNo(reader.GetString(4)),
                TerminalNo = new TerminalNo(reader.GetString(5)),
                Batch = Math.Max(reader.GetInt32(6), ClearingLine.NoBatch),
                Stan = reader.GetInt32(7),
                OccurredAt = BusinessTime.FromUtc(reader.GetDateTime(8)),
                Kind = (TransactionKind)reader.GetInt16(9),
                AmountFen = reader.GetInt64(10),
                CardKind = (CardKind)reader.GetInt16(11),
                Card = reader.IsDBNull(12) ? default : new CardMask(reader.GetInt64(12)),
                Reference = reader.GetString(14),
                OriginalReference = reader.GetString(15),
                OriginalStan = reader.IsDBNull(16) ? null : reader.GetInt32(16),
                OriginalOccurredAt = reader.IsDBNull(17) ? null : BusinessTime.FromUtc(reader.GetDateTime(17)),
                DeclaredFeeFen = reader.IsDBNull(18) ? null : reader.GetInt64(18),
                PayType = (PayType)reader.GetInt16(19),
            };
            candidates.Add(new Candidate(line, reader.GetInt32(1), (int)reader.GetInt64(2), reader.GetFieldValue<DateOnly>(3))
            {
                HeldLineId = reader.GetInt64(0),
                CardReference = reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13),
            });
        }

        return candidates;
    }
}
