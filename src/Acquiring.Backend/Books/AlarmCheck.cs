namespace Acquiring.Backend.Books;

/// <summary>
/// I10: alarms of loans are a pure function of loans, sales and date. Each is recomputed plainly, day by day, as of the last complete night; left out
/// are merchants of whom loans or machines were learned after it. And each alarm is as its last steps say.
/// </summary>
internal static class AlarmCheck
{
    private const string StepsSql =
        """
        select 'steps' as miss, a.alarm_id as alarm, concat_ws(' ', a.version, a.level, a.ended_on) as found,
               concat_ws(' ', s.version, s.level, case when s.ended then s.on_date end) as expected
        from alarm a
        left join lateral (
            select max(s.version) as version, (array_agg(s.level order by s.version desc))[1] as level, bool_or(s.act = 'end') as ended,
                   max(s.on_date) filter (where s.act = 'end') as on_date
            from alarm_step s where s.alarm_id = a.alarm_id) s on true
        where (a.version, a.level, a.ended_on) is distinct from (s.version, s.level, s.on_date)
        """;

    private const string QuietSql =
        """
        with night as (
            select n.business_date as d, n.begun_at, p.quiet_days, c.incomplete_dates
            from (select * from alarm_night order by business_date desc limit 1) n
            join alarm_policy p on p.version = n.policy_version
            join business_day_close c using (business_date)
            where n.blocks = (select count(*) from alarm_block_run r where r.business_date = n.business_date)
        ),
        borrower as (
            select l.merchant_id, min(v.disbursed_on) as disbursed_on
            from night n, loan_version v
            join loan l using (loan_id)
            where v.valid_from <= n.d and v.valid_to > n.d
            group by l.merchant_id
        ),
        sold as (
            select merchant_id, max(day) as day
            from (select v.merchant_id, v.transaction_date as day
                  from night n, day_volume v
                  where v.transaction_date <= n.d and v.business_date <= n.d and v.merchant_id in (select merchant_id from borrower)
                  group by 1, 2 having sum(v.sales) > 0
                  union all
                  select i.merchant_id, i.transaction_date from night n, imported_day_volume i where i.transaction_date <= n.d and i.sales > 0
                  union all
                  select b.merchant_id, t.known_activity_on
                  from night n, terminal_binding b join terminal t using (terminal_id)
                  where b.valid_from < ((least(t.known_activity_on, n.d) + 1)::timestamp at time zone interval '08:00')
                    and b.valid_to > (t.known_activity_on::timestamp at time zone interval '08:00')) s
            where day is not null
            group by merchant_id
        ),
        quiet as (
            select b.merchant_id, (select count(*) from generate_series(greatest(s.day, b.disbursed_on) + 1, n.d, interval '1 day') g
                                   where g::date <> all(n.incomplete_dates)) as days
            from night n, borrower b left join sold s using (merchant_id)
        ),
        expected as (
            select q.merchant_id, case when q.days >= n.quiet_days[3] then 3 when q.days >= n.quiet_days[2] then 2 else 1 end as level
            from night n, quiet q where q.days >= n.quiet_days[1]
        )
        select 'quiet' as miss, m.merchant_no as merchant, n.d as date, a.level as found, e.level as expected
        from night n,
             (select * from alarm where kind = 'loanQuiet' and ended_on is null) a
             full join expected e using (merchant_id)
             join merchant m using (merchant_id)
        where a.level is distinct from e.level
          and not exists (select from loan l join loan_step s using (loan_id) where l.merchant_id = m.merchant_id and s.at > n.begun_at)
          and not exists (select from terminal_binding b join terminal t using (terminal_id) where b.merchant_id = m.merchant_id and t.changed_at > n.begun_at)
          and not exists (select from imported_day_volume i join volume_import v using (import_id) where i.merchant_id = m.merchant_id and v.at > n.begun_at)
        """;

    public static readonly IBookCheck Alarms = new SqlCheck("books.alarms", "select count(*) from alarm", StepsSql, QuietSql);
}
