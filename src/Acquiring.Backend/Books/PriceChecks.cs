namespace Acquiring.Backend.Books;

/// <summary>
/// What each fee and its parts are made of, computed again from what the row names. One pass of the journal a check: plans, steps, decisions and
/// rules are few and are joined as sets.
/// </summary>
internal static class PriceChecks
{
    /// <summary>The share of an amount, half-up to the fen. Split so that no product passes 64 bits.</summary>
    private static string Share(string rate) =>
        $"(j.amount_fen / 10000000) * {rate} + ((j.amount_fen % 10000000) * {rate} * 2 + 10000000) / 20000000";

    /// <summary>
    /// Each sale names the plan, term, step and tariff rule of its date, and costs what they say: the acquirer's part is the rest. Of rows from
    /// before terms and rules were written down (0), the plan's own columns are the price, and no part is known. Rows that were taken back
    /// since are held against it too: prices of a past date never change. Which class an MCC had is not asked: a merchant's MCC keeps no history.
    /// </summary>
    public static readonly SqlCheck Fees = new(
        "books.fees", "select count(*) from journal where kind = 1",
        $"""
        with terms as (
            select fee_plan_id, (pay_type * 1000 + card_kind * 100 + step)::smallint as plan_term, from_volume_fen,
                   lead(from_volume_fen) over (partition by fee_plan_id, pay_type, card_kind order by step) as until_volume_fen,
                   rate_per_ten_million as rate, fixed_fen, min_fen, cap_fen
            from fee_plan_term
            union all
            select fee_plan_id, 1101::smallint, 0, null, debit_rate_per_ten_million, 0, 0, debit_cap_fen
            from fee_plan p where not exists (select from fee_plan_term t where t.fee_plan_id = p.fee_plan_id)
            union all
            select fee_plan_id, 1201::smallint, 0, null, credit_rate_per_ten_million, 0, 0, credit_cap_fen
            from fee_plan p where not exists (select from fee_plan_term t where t.fee_plan_id = p.fee_plan_id)
        ), plans as (
            select fee_plan_id, merchant_id, effective_from,
                   lead(effective_from, 1, 'infinity') over (partition by merchant_id order by effective_from) as until
            from fee_plan
        ), heads as (
            select fee_plan_id, array_agg(distinct pay_type * 10 + card_kind) as own from fee_plan_term group by 1
        ), prices as materialized (
            select * from terms join plans using (fee_plan_id) left join heads using (fee_plan_id)
        ), decided as materialized (
            select merchant_id, effective_from, volume_fen,
                   lead(effective_from, 1, 'infinity') over (partition by merchant_id order by effective_from, month) as until
            from volume_step_decision
        ), rules as materialized (
            select r.*, t.effective_from, t.until
            from tariff_rule r
            join (select tariff_id, effective_from, lead(effective_from, 1, 'infinity') over (order by effective_from) as until
                  from tariff) t using (tariff_id)
        )
        select j.miss, j.transaction_date as date, coalesce(t.terminal_no, '#' || j.terminal_id) as terminal,
               lpad(j.stan::text, 6, '0') as stan, j.amount_fen as "amountFen", j.fee_fen as "feeFen", j.expected_fen as "expectedFen",
               j.issuer_fee_fen as "issuerFen", j.expected_issuer_fen as "expectedIssuerFen", j.network_fee_fen as "networkFen",
               j.expected_network_fen as "expectedNetworkFen", j.fee_plan_id as plan, j.plan_term as term, j.tariff_rule_id as rule,
               j.volume_fen as "volumeFen"
        from (
            select j.*, e.*, coalesce(d.volume_fen, 0) as volume_fen,
                   case when p.fee_plan_id is null and exists (
                                 select from plans x
                                 where x.fee_plan_id = j.fee_plan_id and x.merchant_id = j.merchant_id
                                   and j.transaction_date >= x.effective_from and j.transaction_date < x.until) then 'term'
                        when p.fee_plan_id is null or p.merchant_id <> j.merchant_id
                          or j.transaction_date < p.effective_from or j.transaction_date >= p.until then 'plan'
                        when j.plan_term <> 0
                          and j.plan_term / 100 <> case when j.pay_type * 10 + k.card_kind = any (p.own)
                                                        then j.pay_type * 10 + k.card_kind else 10 + k.card_kind end then 'term'
                        when j.plan_term <> 0
                          and (coalesce(d.volume_fen, 0) < p.from_volume_fen or coalesce(d.volume_fen, 0) >= p.until_volume_fen) then 'step'
                        when j.tariff_rule_id <> 0
                          and (r.tariff_rule_id is null or j.transaction_date < r.effective_from or j.transaction_date >= r.until
                               or r.card_kind <> k.card_kind) then 'rule'
                        when j.fee_fen <> e.expected_fen then 'sale'
                        when j.issuer_fee_fen <> e.expected_issuer_fen or j.network_fee_fen <> e.expected_network_fen then 'parts'
                   end as miss
            from journal j
            cross join lateral (select case when j.card_kind = 2 then 2 else 1 end as card_kind) k
            left join prices p on p.fee_plan_id = j.fee_plan_id
                              and p.plan_term = case when j.plan_term <> 0 then j.plan_term else 1001 + 100 * k.card_kind end
            left join decided d on d.merchant_id = j.merchant_id and (p.from_volume_fen > 0 or p.until_volume_fen is not null)
                               and j.transaction_date >= d.effective_from and j.transaction_date < d.until
            left join rules r on r.tariff_rule_id = j.tariff_rule_id
            cross join lateral (
                select least(p.cap_fen, greatest(p.min_fen, {Share("p.rate")} + p.fixed_fen)) as expected_fen,
                       coalesce(least(r.issuer_cap_fen, {Share("r.issuer_rate_per_ten_million")}), 0) as expected_issuer_fen,
                       coalesce(least(r.network_cap_fen, {Share("r.network_rate_per_ten_million")}), 0) as expected_network_fen) e
            where j.kind = 1 and j.turn % 2 = 0) j
        left join terminal t using (terminal_id)
        where j.miss is not null
        """);

    /// <summary>
    /// Refunds and reversals: of a live sale of the same merchant, never more than it. After each of them, in the order of their own times, the fee
    /// and each part are given back in proportion, half-up; so a sale that was wholly returned leaves no fen of any of them.
    /// </summary>
    public static readonly SqlCheck GivenBack = new(
        "books.given-back", "select count(*) from journal where kind > 1",
        $"""
        with {JournalChecks.Live},
        back as materialized (
            select j.*,
                   sum(j.amount_fen) over (
                       partition by original_date, original_terminal_id, original_stan, original_batch, merchant_id
                       order by occurred_at, terminal_id, stan, batch, kind rows unbounded preceding) as returned_fen
            from live j
            where j.kind > 1
        )
        select j.miss, {JournalChecks.Key}, j.original_date as "saleDate", lpad(j.original_stan::text, 6, '0') as "saleStan",
               j.sold_fen as "soldFen", j.returned_fen as "returnedFen", -j.fee_fen as "feeBackFen", j.expected_fen as "expectedFen",
               -j.issuer_fee_fen as "issuerBackFen", j.expected_issuer_fen as "expectedIssuerFen",
               -j.network_fee_fen as "networkBackFen", j.expected_network_fen as "expectedNetworkFen"
        from (
            select j.*, e.*, s.amount_fen as sold_fen,
                   case when s.amount_fen is null then 'no-sale'
                        when j.returned_fen > s.amount_fen then 'too-much'
                        when -j.fee_fen <> e.expected_fen then 'fee'
                        when -j.issuer_fee_fen <> e.expected_issuer_fen or -j.network_fee_fen <> e.expected_network_fen then 'parts'
                        when j.plan_term <> s.plan_term or j.tariff_rule_id <> s.tariff_rule_id
                          or (j.plan_term <> 0 and j.fee_plan_id <> s.fee_plan_id) then 'origin'
                   end as miss
            from back j
            left join live s on s.transaction_date = j.original_date and s.terminal_id = j.original_terminal_id and s.stan = j.original_stan
                            and s.kind = 1 and s.batch = j.original_batch and s.merchant_id = j.merchant_id
            cross join lateral (
                select {SoFar("fee_fen")} as expected_fen, {SoFar("issuer_fee_fen")} as expected_issuer_fen,
                       {SoFar("network_fee_fen")} as expected_network_fen) e) j
        left join terminal t using (terminal_id)
        where j.miss is not null
        """);

    /// <summary>What was to be given back with this line, less what was before it.</summary>
    private static string SoFar(string part) =>
        $"""
        div(2 * s.{part} * j.returned_fen + s.amount_fen, 2 * s.amount_fen)
                       - div(2 * s.{part} * (j.returned_fen - j.amount_fen) + s.amount_fen, 2 * s.amount_fen)
        """;
}
