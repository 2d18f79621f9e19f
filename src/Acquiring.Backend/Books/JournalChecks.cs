namespace Acquiring.Backend.Books;

/// <summary>
/// The journal held against itself. Rows taken back are few, so each query starts from them or from one pass over all; nothing is looked up
/// row by row.
/// </summary>
internal static class JournalChecks
{
    private const string All = "select count(*) from journal";

    /// <summary>A row is live when it posts (even turn) and the next turn does not take it back.</summary>
    internal const string Live =
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

    internal const string Key =
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
               concat_ws('/', p.fee_fen, p.issuer_fee_fen, p.network_fee_fen) as "feeBeforeFen",
               concat_ws('/', j.fee_fen, j.issuer_fee_fen, j.network_fee_fen) as "feeFen"
        from journal j
        join journal p on p.transaction_date = j.transaction_date and p.terminal_id = j.terminal_id and p.stan = j.stan
                      and p.kind = j.kind and p.batch = j.batch and p.merchant_id = j.merchant_id and p.turn = j.turn - 1
        left join terminal t on t.terminal_id = j.terminal_id
        where j.turn > 0
          and (j.amount_fen <> -p.amount_fen
               or (j.turn % 2 = 1
                   and (j.fee_fen <> -p.fee_fen or j.issuer_fee_fen <> -p.issuer_fee_fen or j.network_fee_fen <> -p.network_fee_fen
                        or (j.fee_plan_id, j.plan_term, j.tariff_rule_id) <> (p.fee_plan_id, p.plan_term, p.tariff_rule_id))))
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
