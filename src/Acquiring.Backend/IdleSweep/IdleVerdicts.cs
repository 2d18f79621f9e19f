using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdleSweep;

/// <summary>
/// The idle clocks of all terminals in one statement: the same rule as <c>Core/Idle/IdleClock</c>, in a closed form.
/// With the incomplete dates i(1) &lt; i(2) &lt; … and r of them on or before the activity, the clock stands still for the smallest k such
/// that exactly k of the later ones lie on or before end + k. As i(j) - j never falls, that is a binary search:
/// k = #{ j : i(j) - j ≤ end - r - 1 } - r.
/// </summary>
public static class IdleVerdicts
{
    /// <summary>
    /// Common table expressions up to <c>verdict</c>: one row a terminal; its <c>clock</c> is null where it is not idle.
    /// Takes the parameters of <see cref="Bind"/>. The last sale is found by walking one index backwards, day by day, past days whose
    /// sales were all withdrawn. Flag and installation are those of the date. Sums that are not folded yet only ever add sales: a withdrawal folds what it takes back.
    /// </summary>
    public static readonly string Sql = Of("true", "not materialized");

    /// <summary>The same for who reads all rows and no page of them: what a clock is made of is computed once, not where it is named.</summary>
    public static readonly string SqlOfAll = Of("true", "materialized");

    /// <summary>As <see cref="SqlOfAll"/>, of some terminals: takes the array <c>@only</c> of their ids too.</summary>
    public static readonly string SqlOfSome = Of("t.terminal_id = any(@only)", "materialized");

    private static string Of(string scope, string once) =>
        $"""
        with unfolded as materialized (
            select terminal_id, max(transaction_date) as on_date
            from day_volume_delta
            where transaction_date <= @on and sales > 0
            group by terminal_id
        ),
        fact as materialized (
            select distinct on (terminal_id) terminal_id, spare, installed_on, clock_from
            from terminal_fact t
            where valid_from <= @on and {scope}
            order by terminal_id, valid_from desc
        ),
        activity as {once} (
            select t.terminal_id, t.terminal_no, coalesce(f.spare, t.spare) as spare,
                   holder.held is not null as held,
                   greatest(coalesce(greatest(sale.on_date, t.known_activity_on), f.installed_on, t.installed_on), f.clock_from) as last_activity_on,
                   case when f.clock_from > greatest(sale.on_date, t.known_activity_on)
                             or sale.on_date is null and t.known_activity_on is null then 'installation'
                        when sale.on_date is null or t.known_activity_on > sale.on_date then 'registry'
                        else 'sale' end as activity_source
            from terminal t
            left join unfolded using (terminal_id)
            left join lateral (
                select v.transaction_date as on_date
                from day_volume v
                where v.terminal_id = t.terminal_id and v.transaction_date <= @on
                group by v.transaction_date
                having sum(v.sales) > 0
                order by v.transaction_date desc
                limit 1) folded on true
            cross join lateral (select greatest(folded.on_date, unfolded.on_date) as on_date) sale
            left join fact f on f.terminal_id = t.terminal_id
            left join lateral (
                select true as held
                from terminal_binding b
                where b.terminal_id = t.terminal_id and b.valid_from < @on_ends and b.valid_to >= @on_ends
                limit 1) holder on true
            -- No clock stops or recovers a plate.
            where t.kind = 'pos' and {scope}
        ),
        clock_end as (
            select a.*,
                   (a.last_activity_on + interval '3 months')::date as end_3m,
                   (a.last_activity_on + interval '12 months')::date as end_12m,
                   width_bucket(a.last_activity_on, @incomplete) as before
            from activity a
        ),
        stood_still as (
            select c.*,
                   width_bucket(c.end_3m - c.before - 1, @shifted) - c.before as days_3m,
                   width_bucket(c.end_12m - c.before - 1, @shifted) - c.before as days_12m
            from clock_end c
        ),
        judged as (
            select s.*,
                   case when s.spare or not s.held then null
                        when s.end_12m + s.days_12m <= @on then '12m'
                        when s.end_3m + s.days_3m <= @on then '3m' end as clock
            from stood_still s
        ),
        verdict as (
            select j.terminal_id, j.terminal_no, j.clock, j.last_activity_on, j.activity_source,
                   case when j.clock = '12m' then j.end_12m + j.days_12m else j.end_3m + j.days_3m end as due_on,
                   case when j.clock = '12m' then j.days_12m else j.days_3m end as incomplete_days,
                   j.end_12m + j.days_12m as removal_due_on
            from judged j
        )
        """;

    /// <param name="incompleteDates">In order, none after <paramref name="on"/>.</param>
    public static void Bind(NpgsqlCommand command, DateOnly on, IReadOnlyList<DateOnly> incompleteDates)
    {
        var shifted = new DateOnly[incompleteDates.Count];
        for (var i = 0; i < shifted.Length; i++)
        {
            shifted[i] = incompleteDates[i].AddDays(-(i + 1));
        }

        command.Parameters.Add(new("on", NpgsqlDbType.Date) { Value = on });
        command.Parameters.Add(new("on_ends", NpgsqlDbType.TimestampTz) { Value = BusinessTime.EndOf(on) });
        command.Parameters.Add(new("incomplete", NpgsqlDbType.Date | NpgsqlDbType.Array) { Value = incompleteDates.ToArray() });
        command.Parameters.Add(new("shifted", NpgsqlDbType.Date | NpgsqlDbType.Array) { Value = shifted });
    }
}
