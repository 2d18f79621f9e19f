using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Withdraw;

/// <summary>
/// What a file's withdrawal does to rows of other files: a refund whose sale goes waits for it again; a sale whose refund goes keeps its
/// other refunds, with the given-back fee split anew.
/// </summary>
internal sealed class Dependents
{
    private readonly IReadOnlyList<JournalRow> _orphans;
    private readonly IReadOnlyDictionary<JournalKey, JournalRow> _sales;

    private Dependents(IReadOnlyList<JournalRow> orphans, IReadOnlyDictionary<JournalKey, JournalRow> sales) =>
        (_orphans, _sales) = (orphans, sales);

    /// <summary>Reads them while the file's rows are still live.</summary>
    public static async Task<Dependents> FindAsync(NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var orphans = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from journal s
            join journal j on j.original_date = s.transaction_date and j.original_terminal_id = s.terminal_id
                          and j.original_stan = s.stan and j.original_batch = s.batch and j.merchant_id = s.merchant_id and j.kind > 1
            where s.file_id = $1 and s.kind = 1 and s.turn % 2 = 0 and j.file_id <> $1
              and s.transaction_date between (select min(first_transaction_date) from clearing_chunk where file_id = $1)
                                         and (select max(last_transaction_date) from clearing_chunk where file_id = $1)
              and not exists (select 1 from journal n
                              where n.transaction_date = s.transaction_date and n.terminal_id = s.terminal_id and n.stan = s.stan
                                and n.kind = 1 and n.batch = s.batch and n.merchant_id = s.merchant_id and n.turn > s.turn)
            """,
            connection)
        { CommandTimeout = 0 };
        orphans.Parameters.Add(new() { Value = fileId });
        var orphanRows = await JournalReader.ReadLiveAsync(orphans, cancellationToken);

        await using var sales = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from (select distinct original_date, original_terminal_id, original_stan, original_batch, merchant_id
                  from journal d where file_id = $1 and kind > 1
                   and d.transaction_date between (select min(first_transaction_date) from clearing_chunk where file_id = $1)
                                         and (select max(last_transaction_date) from clearing_chunk where file_id = $1)) p
            join journal j on j.transaction_date = p.original_date and j.terminal_id = p.original_terminal_id
                          and j.stan = p.original_stan and j.batch = p.original_batch and j.merchant_id = p.merchant_id and j.kind = 1
            where j.file_id <> $1
            """,
            connection)
        { CommandTimeout = 0 };
        sales.Parameters.Add(new() { Value = fileId });
        var saleRows = await JournalReader.ReadLiveAsync(sales, cancellationToken);
        return new Dependents(orphanRows, saleRows.ToDictionary(s => s.Key));
    }

    /// <summary>Runs when the file's own rows are taken back. Returns how many refunds and reversals wait again.</summary>
    public async Task<int> SettleAsync(
        NpgsqlConnection connection, DateOnly businessDate, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var rows = _orphans.Select(o => o.TakenBack(businessDate)).ToList();
        var parts = await GivenBackParts.LoadAsync(connection, _sales.Keys.ToList(), cancellationToken);
        foreach (var (key, sale) in _sales)
        {
            var posted = parts[key].ToList();
            var givenBack = GiveBack.PartsOf(sale.AmountFen, sale.Fee, posted.ConvertAll(p => p.AsReturnedPart()));
            rows.AddRange(GivenBackParts.SplitAnew(posted, givenBack, businessDate));
        }

        await JournalWriter.AppendAsync(connection, rows, cancellationToken);
        await HoldAgainAsync(connection, nowUtc, cancellationToken);
        return _orphans.Count;
    }

    private async Task HoldAgainAsync(NpgsqlConnection connection, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at,
                                   kind, amount_fen, card_kind, pay_type, card, card_reference, reference, original_reference,
                                   original_stan, original_occurred_at, reason, held_at)
            select j.file_id, j.line_no, coalesce(f.business_date, j.business_date), m.merchant_no, t.terminal_no, j.batch, j.stan,
                   j.transaction_date, j.occurred_at, j.kind, j.amount_fen, j.card_kind, j.pay_type, j.card, j.card_reference,
                   j.reference, s.reference, j.original_stan, s.occurred_at, '{HoldReasons.CodeOf(HoldReason.SaleUnknown)}', $8
            from unnest($1, $2, $3, $4, $5, $6, $7) as o (transaction_date, terminal_id, stan, kind, batch, merchant_id, turn)
            join journal j using (transaction_date, terminal_id, stan, kind, batch, merchant_id, turn)
            cross join lateral (
                select reference, occurred_at from journal l
                where l.transaction_date = j.original_date and l.terminal_id = j.original_terminal_id and l.stan = j.original_stan
                  and l.kind = 1 and l.batch = j.original_batch and l.merchant_id = j.merchant_id
                order by l.turn desc limit 1) s
            join merchant m on m.merchant_id = j.merchant_id
            join terminal t on t.terminal_id = j.terminal_id
            left join clearing_file f on f.file_id = j.file_id
            on conflict (transaction_date, coalesce(named_terminal_no, terminal_no), stan, kind, batch,
                         coalesce(named_merchant_no, merchant_no)) where state <> 'withdrawn'
            do update set state = 'held', reason = excluded.reason, decided_at = null, held_at = excluded.held_at,
                          version = held_line.version + 1
            """,
            connection);
        var keys = _orphans.ToArray();
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(keys, k => k.Key.Date),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
        });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Key.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Key.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => (short)k.Key.Kind) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Key.Batch) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Key.MerchantId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Turn) });
        command.Parameters.Add(new() { Value = nowUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
