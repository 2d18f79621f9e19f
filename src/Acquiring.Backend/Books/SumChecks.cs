namespace Acquiring.Backend.Books;

/// <summary>I4: what is stored as a sum is the sum of the rows.</summary>
internal static class SumChecks
{
    /// <remarks>Date by date: the groups of one date stay in memory, those of a whole journal do not (ten times slower).</remarks>
    public static readonly SqlCheck DayVolumes = new(
        "books.day-volumes", "select count(*) from day_volume_current",
        """
        with recursive volume_dates as materialized (
            select transaction_date from day_volume_delta group by 1
        ),
        dates as (
            select least((select min(transaction_date) from journal), (select min(transaction_date) from day_volume),
                         (select min(transaction_date) from volume_dates)) as date
            union all
            select least((select min(transaction_date) from journal where transaction_date > dates.date),
                         (select min(transaction_date) from day_volume where transaction_date > dates.date),
                         (select min(transaction_date) from volume_dates where transaction_date > dates.date))
            from dates
            where dates.date is not null
        )
        select case when x.merchant_id is null then 'no-volume' when x.summed_merchant_id is null then 'no-rows' else 'differs' end as miss,
               dates.date, coalesce(m.merchant_no, '#' || coalesce(x.merchant_id, x.summed_merchant_id)) as merchant,
               coalesce(t.terminal_no, '#' || coalesce(x.terminal_id, x.summed_terminal_id)) as terminal,
               coalesce(x.business_date, x.summed_business_date) as "businessDate", x.stored, x.summed
        from dates
        cross join lateral (
            select d.merchant_id, d.terminal_id, d.business_date, s.merchant_id as summed_merchant_id,
                   s.terminal_id as summed_terminal_id, s.business_date as summed_business_date,
                   array_to_string(d.sums, '/') as stored, array_to_string(s.sums, '/') as summed
            from (
                select merchant_id, terminal_id, business_date, pay_type,
                       array[sum(sales), sum(refunds), sum(reversals), sum(gross_fen), sum(refund_fen), sum(reversal_fen), sum(fee_fen),
                             sum(issuer_fee_fen), sum(network_fee_fen)]::numeric[] as sums
                from day_volume_current v
                where v.transaction_date = dates.date
                group by 1, 2, 3, 4) d
            full join (
                select merchant_id, terminal_id, business_date, pay_type,
                       array[sum(case when kind = 1 then 1 - 2 * (turn % 2) else 0 end),
                             sum(case when kind = 2 then 1 - 2 * (turn % 2) else 0 end),
                             sum(case when kind = 3 then 1 - 2 * (turn % 2) else 0 end),
                             sum(case when kind = 1 then amount_fen else 0 end),
                             sum(case when kind > 1 then amount_fen else 0 end),
                             sum(case when kind = 3 then amount_fen else 0 end),
                             sum(fee_fen), sum(issuer_fee_fen), sum(network_fee_fen)]::numeric[] as sums
                from journal j
                where j.transaction_date = dates.date
                group by 1, 2, 3, 4) s
              on s.merchant_id = d.merchant_id and s.terminal_id = d.terminal_id and s.business_date = d.business_date
             and s.pay_type = d.pay_type
            where coalesce(d.sums, array[0, 0, 0, 0, 0, 0, 0, 0, 0]) is distinct from coalesce(s.sums, array[0, 0, 0, 0, 0, 0, 0, 0, 0])) x
        left join merchant m on m.merchant_id = coalesce(x.merchant_id, x.summed_merchant_id)
        left join terminal t on t.terminal_id = coalesce(x.terminal_id, x.summed_terminal_id)
        """);

    /// <summary>Every line of a whole file became exactly one of posted, duplicate, held, malformed.</summary>
    public static readonly SqlCheck Files = new(
        "books.files", "select count(*) from clearing_file where state = 'complete'",
        """
        with counted as (
            select f.file_id, f.file_name, sum(c.lines) as lines, sum(c.posted) as posted, sum(c.duplicates) as duplicates,
                   sum(c.held) as held, sum(c.malformed) as malformed, sum(c.sales + c.refunds + c.reversals - c.released) as kinds,
                   count(c.chunk_no) as chunks, max(c.chunk_no) - min(c.chunk_no) + 1 as span
            from clearing_file f
            left join clearing_chunk c using (file_id)
            where f.state = 'complete'
            group by f.file_id
        )
        select case when c.chunks <> c.span then 'chunk-missing'
                    when least(c.posted, c.duplicates, c.held, c.malformed) < 0 then 'negative'
                    else 'lines' end as miss,
               c.file_id as "fileId", c.file_name as file, c.lines as lines, c.posted as posted, c.duplicates as duplicates,
               c.held as held, c.malformed as malformed
        from counted c
        where c.chunks <> c.span
           or least(c.posted, c.duplicates, c.held, c.malformed) < 0
           or c.lines <> c.posted + c.duplicates + c.held + c.malformed
           or c.posted <> c.kinds
        """,
        """
        select 'rows-missing' as miss, c.file_id as "fileId", c.file_name as file, c.held as held, h.rows as "heldRows",
               c.malformed as malformed, b.rows as "malformedRows"
        from (
            select f.file_id, f.file_name, coalesce(sum(k.held), 0) as held, coalesce(sum(k.malformed), 0) as malformed
            from clearing_file f
            left join clearing_chunk k using (file_id)
            where f.state = 'complete'
            group by f.file_id) c
        cross join lateral (select count(*) as rows from held_line where file_id = c.file_id) h
        cross join lateral (select count(*) as rows from malformed_line where file_id = c.file_id) b
        where h.rows < c.held or b.rows < c.malformed
        """,
        """
        select 'withdrawn-live' as miss, f.file_id as "fileId", f.file_name as file, l.rows as rows
        from clearing_file f
        cross join lateral (
            select count(*) as rows
            from journal j
            where j.file_id = f.file_id and j.turn % 2 = 0
              and j.transaction_date between (select min(first_transaction_date) from clearing_chunk c where c.file_id = f.file_id)
                                         and (select max(last_transaction_date) from clearing_chunk c where c.file_id = f.file_id)
              and not exists (select from journal n
                              where n.transaction_date = j.transaction_date and n.terminal_id = j.terminal_id and n.stan = j.stan
                                and n.kind = j.kind and n.batch = j.batch and n.merchant_id = j.merchant_id and n.turn > j.turn)) l
        where f.state = 'withdrawn' and l.rows > 0
        """);

    /// <summary>Dates are closed in order: none between two closed ones was left out.</summary>
    public static readonly SqlCheck Closes = new(
        "books.closes", "select count(*) from business_day_close",
        """
        select 'gap' as miss, c.business_date as date, c.before as "closedBefore"
        from (
            select business_date, lag(business_date) over (order by business_date) as before
            from business_day_close) c
        where c.business_date <> c.before + 1
        """,
        """
        select 'findings' as miss, c.business_date as date, c.findings as told, f.rows as rows
        from business_day_close c
        cross join lateral (select count(*) as rows from idle_finding where judged_on = c.business_date) f
        where f.rows <> c.findings
        """,
        """
        select 'finding-without-close' as miss, f.judged_on as date, count(*) as rows
        from idle_finding f
        where not exists (select from business_day_close c where c.business_date = f.judged_on)
        group by f.judged_on
        """);
}
