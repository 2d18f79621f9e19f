using System.Text;
using Acquiring.Core.Scorecards;

namespace Acquiring.Backend.Scorecards.Count;

/// <summary>
/// What the numbers of a scorecard are made of, once: the rows of a night and the rows behind a number are both these. All of it is what was
/// known when the date was closed (decision 0023): an act counts for the date before whose cut it was done, an import's merchant for
/// the dates that were closed after it. Takes <c>@from</c> and <c>@to</c>.
/// </summary>
internal static class ScorecardParts
{
    /// <summary>
    /// The closed dates from <c>@from</c> to <c>@to</c>, each with its cut: its own end, or the moment it was closed when that was
    /// earlier. What is done between two cuts is of the later date, so that no act is counted twice or never.
    /// </summary>
    public const string Days =
        """
        day as materialized (
            select c.business_date, c.closed_at,
                   least(c.closed_at, (c.business_date + 1)::timestamp at time zone 'Asia/Shanghai') as ends,
                   coalesce(least(p.closed_at, c.business_date::timestamp at time zone 'Asia/Shanghai'),
                            c.business_date::timestamp at time zone 'Asia/Shanghai') as begins
            from business_day_close c
            left join business_day_close p on p.business_date = c.business_date - 1
            where c.business_date between @from and @to
        )
        """;

    private const string IsRural =
        """
        coalesce((select r.outcome = 'tier' from tier_decision r
                  where r.merchant_id = x.merchant_id and r.dimension = 'rural' and r.judged_on <= x.business_date
                  order by r.judged_on desc limit 1), false)
        """;

    private static readonly (int First, int Count, string Sql)[] s_parts =
    [
        // Folded sums are enough: a close folds what is of its date. A merchant is active by one sale that stood when the date was closed.
        ((int)ScorecardMeasure.MerchantsOpen, 3,
            $"""
            select x.business_date, x.merchant_id, null::integer as terminal_id, 1::bigint as n1,
                   (sold.on_date is not null)::int::bigint as n2, ({IsRural})::int::bigint as n3
            from (
                select d.business_date, m.merchant_id
                from day d
                join merchant m on m.known_from <= d.closed_at
                left join (
                    select distinct on (s.merchant_id) s.merchant_id, s.from_state
                    from merchant_step s, day d
                    where s.at >= d.ends
                    order by s.merchant_id, s.version) later using (merchant_id)
                where coalesce(later.from_state, m.state) in ('active', 'restricted', 'suspended')) x
            left join lateral (
                select v.transaction_date as on_date
                from day_volume v
                where v.merchant_id = x.merchant_id and v.transaction_date > x.business_date - 30 and v.transaction_date <= x.business_date
                  and v.business_date <= x.business_date
                group by v.transaction_date
                having sum(v.sales) > 0
                order by v.transaction_date desc
                limit 1) sold on true
            """),
        ((int)ScorecardMeasure.TerminalsInstalled, 3,
            """
            select d.business_date, b.merchant_id, t.terminal_id, 1::bigint as n1,
                   (coalesce(f.verdict, '') in ('3m', '12m'))::int::bigint as n2, (coalesce(f.verdict, '') = '12m')::int::bigint as n3
            from day d
            join terminal t on t.kind = 'pos' and t.known_from <= d.closed_at
            join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_from < d.ends and b.valid_to >= d.ends
            left join (
                select distinct on (s.terminal_id) s.terminal_id, s.from_state
                from terminal_step s, day d
                where s.at >= d.ends
                order by s.terminal_id, s.version) later on later.terminal_id = t.terminal_id
            left join (
                select distinct on (i.terminal_id) i.terminal_id, i.verdict
                from idle_finding i, day d
                where i.judged_on <= d.business_date
                order by i.terminal_id, i.judged_on desc) f on f.terminal_id = t.terminal_id
            where coalesce(later.from_state, t.state) in ('installed', 'active', 'watch', 'suspended', 'removalOrdered')
            """),
        ((int)ScorecardMeasure.VolumeFen, 4,
            $"""
            select x.business_date, x.merchant_id, null::integer as terminal_id, x.volume as n1, x.sales as n2, x.commission as n3,
                   case when {IsRural} then x.volume else 0 end as n4
            from (
                select v.business_date, v.merchant_id, sum(v.gross_fen - v.refund_fen)::bigint as volume, sum(v.sales)::bigint as sales,
                       sum(v.fee_fen - v.issuer_fee_fen - v.network_fee_fen)::bigint as commission
                from day_volume v
                join day d using (business_date)
                where v.business_date between @from and @to
                group by v.business_date, v.merchant_id) x
            """),
        // The holder is the one from whom it was fetched, or to whom it was given: the binding that ended, or begins, with the act.
        ((int)ScorecardMeasure.TerminalsRemoved, 2,
            """
            select d.business_date, b.merchant_id, s.terminal_id, (s.act = 'recover')::int::bigint as n1, (s.act = 'assign')::int::bigint as n2
            from terminal_step s
            join day d on s.at >= d.begins and s.at < d.ends
            join terminal t on t.terminal_id = s.terminal_id and t.kind = 'pos'
            join lateral (
                select b.merchant_id
                from terminal_binding b
                where b.terminal_id = s.terminal_id and case s.act when 'recover' then b.valid_to >= s.at else b.valid_from >= s.at end
                order by b.valid_from
                limit 1) b on true
            where s.at >= (select min(begins) from day) and s.at < (select max(ends) from day) and s.act in ('recover', 'assign')
              and (s.act = 'recover' or exists (
                  select from terminal_step r where r.terminal_id = s.terminal_id and r.version < s.version and r.act = 'recover'))
            """),
        ((int)ScorecardMeasure.TierPromotions, 2,
            """
            select t.judged_on as business_date, t.merchant_id, null::integer as terminal_id, (t.move = 'promotion')::int::bigint as n1,
                   (t.move = 'demotion')::int::bigint as n2
            from tier_decision t
            join day d on d.business_date = t.judged_on
            where t.judged_on between @from and @to and t.move in ('promotion', 'demotion')
            """),
    ];

    /// <summary>In whose hands part <c>p</c> was on its date.</summary>
    public const string Care =
        """
        join merchant m on m.merchant_id = p.merchant_id
        left join merchant_care c on c.merchant_id = p.merchant_id and not c.voided and c.valid_from <= p.business_date and p.business_date < c.valid_to
        """;

    /// <summary>
    /// A query of date, branch, manager (empty: none) and all measures in their order, for each pair that has something. Stocks are of each
    /// date, so ask for one date at a time.
    /// </summary>
    public static string Sums { get; } = SumsOf();

    /// <summary>A query of <c>business_date, merchant_id, terminal_id, value</c>; parts of 0 are left out by who reads it.</summary>
    public static string Of(ScorecardMeasure measure)
    {
        var (first, _, sql) = s_parts.Single(p => (int)measure >= p.First && (int)measure < p.First + p.Count);
        return $"select q.business_date, q.merchant_id, q.terminal_id, q.n{(int)measure - first + 1} as value from ({sql}) q";
    }

    private static string SumsOf()
    {
        var sql = new StringBuilder($"with {Days}\nselect business_date, branch_code, manager_code");
        foreach (var measure in ScorecardWords.Measures)
        {
            sql.Append($", sum(m{(int)measure})::bigint as m{(int)measure}");
        }

        sql.Append("\nfrom (");
        for (var i = 0; i < s_parts.Length; i++)
        {
            var (first, count, part) = s_parts[i];
            sql.Append(i > 0 ? "\nunion all\n" : "\n");
            sql.Append("select p.business_date, coalesce(c.branch_code, m.branch_code) as branch_code, coalesce(c.manager_code, '') as manager_code");
            foreach (var measure in ScorecardWords.Measures)
            {
                var n = (int)measure - first;
                sql.Append(n >= 0 && n < count ? $", sum(p.n{n + 1}) as m{(int)measure}" : $", 0 as m{(int)measure}");
            }

            sql.Append($"\nfrom ({part}) p\n{Care}\ngroup by 1, 2, 3");
        }

        return sql.Append("\n) s\ngroup by business_date, branch_code, manager_code\n").ToString();
    }
}
