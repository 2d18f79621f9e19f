namespace Acquiring.Backend.Books;

/// <summary>
/// The journal held against itself. Rows taken back are few, so each query starts from them or from one pass over all; nothing is looked up
/// row by row.
/// </summary>
internal static class JournalChecks
{
    private const string All = "select count(*) from journal";

    /// <summary>A row is live when it posts (even turn) and the next turn does not take it back.</summary>
    private const string Live =
        """
        live as not materialized (
            select j.* from journal j
            where j.turn % 2 = 0
              and not exists (
                  select from journal n
                  where n.turn % 2 = 1 and n.turn = j.turn + 1 and n.transaction_date = j.transaction_date
                    and n.terminal_id = j.terminal_id and n.stan = j.stan and n.kind = j.kind and n.batch = j.batch
                    and n.merchant_id = j.merchant_id))
        """;

    private const string Key =
        """
        j.transaction_date as date, coalesce(t.terminal_no, '#' || j.terminal_id) as terminal,
        lpad(j.stan::text, 6, '0') as stan, (array['sale', 'refund', 'reversal'])[j.kind] as kind, j.batch as batch, j.turn as turn
        """;

    /// <summary>I2: each key has at most one live row, because its turns alternate without a gap and each odd one negates its predecessor.</summary>
    public static readonly SqlCheck Turns = new(
        "books.turns", All,
        $"""
        select 'gap' as miss, {Key}
        from journal j
        left join terminal t using (terminal_id)
        where j.turn > 0
          and not exists (
              select from journal p
              where p.transaction_date = j.transaction_date and p.terminal_id = j.terminal_id and p.stan = j.stan and p.kind = j.kind
                and p.batch = j.batch and p.merchant_id = j.merchant_id and p.turn = j.turn - 1)
        """,
        $"""
        select 'not-negated' as miss, {Key}, p.amount_fen as "beforeFen", j.amount_fen as "amountFen",
               p.fee_fen as "feeBeforeFen", j.fee_fen as "feeFen"
        from journal j
        join journal p on p.transaction_date = j.transaction_date and p.terminal_id = j.terminal_id and p.stan = j.stan
                      and p.kind = j.kind and p.batch = j.batch and p.merchant_id = j.merchant_id and p.turn = j.turn - 1
        left join terminal t on t.terminal_id = j.terminal_id
        where j.turn > 0
          and (j.amount_fen <> -p.amount_fen or (j.turn % 2 = 1 and j.fee_fen <> -p.fee_fen))
        """,
        $"""
        select 'sign' as miss, {Key}, j.amount_fen as "amountFen"
        from journal j
        left join terminal t using (terminal_id)
        where j.amount_fen = 0 or (j.amount_fen > 0) <> (j.turn % 2 = 0)
        """);

    /// <summary>I2: a line without a batch and the same line with one are one transaction.</summary>
    public static readonly SqlCheck Twins = new(
        "books.twins", "select count(*) from journal where batch < 0",
        $"""
        with {Live}
        select 'twice' as miss, {Key}, o.batch as "otherBatch"
        from live j
        join live o on o.transaction_date = j.transaction_date and o.terminal_id = j.terminal_id and o.stan = j.stan and o.kind = j.kind
                   and o.merchant_id = j.merchant_id and o.reference = j.reference
        left join terminal t on t.terminal_id = j.terminal_id
        where j.batch < 0 and o.batch >= 0
        """);

    /// <summary>Each live sale costs what its fee plan says: half-up to the fen, then capped. Split so that no product passes 64 bits.</summary>
    public static readonly SqlCheck Fees = new(
        "books.fees", "select count(*) from journal where kind = 1",
        $"""
        with {Live}
        select 'sale' as miss, {Key}, j.amount_fen as "amountFen", j.fee_fen as "feeFen", j.expected_fen as "expectedFen"
        from (
            select l.*,
                   case when p.merchant_id is distinct from l.merchant_id then null
                        else least(case when l.card_kind = 2 then p.credit_cap_fen else p.debit_cap_fen end,
                                   (l.amount_fen / 10000000) * r.rate
                                   + ((l.amount_fen % 10000000) * r.rate * 2 + 10000000) / 20000000) end as expected_fen
            from live l
            left join fee_plan p using (fee_plan_id)
            left join lateral (
                select case when l.card_kind = 2 then p.credit_rate_per_ten_million else p.debit_rate_per_ten_million end as rate) r on true
            where l.kind = 1) j
        left join terminal t using (terminal_id)
        where j.fee_fen is distinct from j.expected_fen
        """);

    /// <summary>Refunds and reversals: of a live sale of the same merchant, never more than it, and its fee back in proportion.</summary>
    public static readonly SqlCheck GivenBack = new(
        "books.given-back", "select count(*) from journal where kind > 1",
        $"""
        with {Live}
        select 'no-sale' as miss, {Key}, j.original_date as "saleDate", j.original_stan as "saleStan"
        from live j
        left join live s on s.transaction_date = j.original_date and s.terminal_id = j.original_terminal_id and s.stan = j.original_stan
                        and s.kind = 1 and s.batch = j.original_batch and s.merchant_id = j.merchant_id
        left join terminal t on t.terminal_id = j.terminal_id
        where j.kind > 1 and s.turn is null
        """,
        $"""
        with {Live},
        returned as (
            select original_date, original_terminal_id, original_stan, original_batch, merchant_id,
                   sum(amount_fen) as returned_fen, -sum(fee_fen) as fee_back_fen
            from live
            where kind > 1
            group by 1, 2, 3, 4, 5
        )
        select case when r.returned_fen > j.amount_fen then 'too-much' else 'fee' end as miss, {Key},
               j.amount_fen as "soldFen", r.returned_fen as "returnedFen", j.fee_fen as "feeFen", r.fee_back_fen as "feeBackFen"
        from returned r
        join live j on j.transaction_date = r.original_date and j.terminal_id = r.original_terminal_id and j.stan = r.original_stan
                   and j.kind = 1 and j.batch = r.original_batch and j.merchant_id = r.merchant_id
        left join terminal t on t.terminal_id = j.terminal_id
        where r.returned_fen > j.amount_fen
           or r.fee_back_fen <> div(2 * j.fee_fen * r.returned_fen + j.amount_fen, 2 * j.amount_fen)
        """);

    /// <summary>A line is posted or held, never both; one said to be posted is.</summary>
    public static readonly SqlCheck Held = new(
        "books.held", "select count(*) from held_line",
        $"""
        with {Live}
        select 'and-posted' as miss, h.held_line_id as "heldLine", {Key}
        from held_line h
        join terminal t on t.terminal_no = h.terminal_no
        join merchant m on m.merchant_no = h.merchant_no
        join live j on j.transaction_date = h.transaction_date and j.terminal_id = t.terminal_id and j.stan = h.stan and j.kind = h.kind
                   and j.batch = h.batch and j.merchant_id = m.merchant_id
        where h.state = 'held'
        """);
}
