using Acquiring.Core.Merchants.Risk;
using Npgsql;

namespace Acquiring.Backend.Merchants.Risk;

/// <summary>Reads what a grade is judged by: the policy in force, and what is known of merchants.</summary>
internal static class RiskFactReader
{
    /// <summary>Volumes count over so many days, the date included.</summary>
    private const int VolumeDays = 30;

    public static async Task<RiskPolicy> PolicyAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select distinct on (factor) factor, points from risk_points where effective_from <= $1 order by factor, effective_from desc", connection);
        command.Parameters.Add(new() { Value = on });
        var points = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            points.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return new(
            Enum.GetValues<RiskFactor>().ToDictionary(f => f, f => points.GetValueOrDefault(Core.Merchants.MerchantRefusals.Word(f))),
            points["mediumFrom"], points["highFrom"]);
    }

    /// <summary>
    /// By merchant, as of the end of the date: what was opened later is not known yet, what was decided later is open still. Opened is the
    /// approval; a merchant that an import brought is older than our records. An inspection counts for whom the machine worked for that day.
    /// </summary>
    public static async Task<IReadOnlyDictionary<int, RiskFacts>> FactsAsync(
        NpgsqlConnection connection, int[] merchantIds, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with m as materialized (
                select merchant_id, merchant_no, mcc, (($2::date + 1)::timestamp - interval '8 hours') at time zone 'UTC' as ends
                from merchant where merchant_id = any($1)
            ), sales as (
                select v.merchant_id, sum(v.gross_fen) as gross, sum(v.gross_fen) filter (where v.pay_type <> 1) as without_card
                from day_volume_current v
                where v.merchant_id = any($1) and v.transaction_date > $3 and v.transaction_date <= $2
                group by v.merchant_id
            )
            select m.merchant_id,
                   coalesce((select risk from mcc_risk r where r.mcc = m.mcc and r.effective_from <= $2 order by r.effective_from desc limit 1), 'low'),
                   (select (s.at at time zone 'UTC' + interval '8 hours')::date from merchant_step s
                    where s.merchant_id = m.merchant_id and s.act = 'activate' order by s.version limit 1),
                   coalesce(s.gross, 0)::bigint, coalesce(s.without_card, 0)::bigint,
                   exists (select from binding_case c
                           where c.bound_merchant_no = m.merchant_no and c.first_seen < m.ends and (c.decided_at is null or c.decided_at >= m.ends)),
                   exists (select from terminal_binding b join terminal_inspection i on i.terminal_id = b.terminal_id
                           where b.merchant_id = m.merchant_id and i.result <> 'inOrder'
                             and i.inspected_on > ($2::date - interval '12 months')::date and i.inspected_on <= $2
                             and b.valid_from < ((i.inspected_on + 1)::timestamp - interval '8 hours') at time zone 'UTC'
                             and b.valid_to > (i.inspected_on::timestamp - interval '8 hours') at time zone 'UTC'),
                   exists (select from blacklist_case c
                           where c.merchant_id = m.merchant_id and c.found_on <= $2 and (c.decided_at is null or c.decided_at >= m.ends)),
                   exists (select from blacklist_dismissal d where d.merchant_id = m.merchant_id and d.at < m.ends)
            from m left join sales s using (merchant_id)
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = merchantIds });
        command.Parameters.Add(new() { Value = on });
        command.Parameters.Add(new() { Value = on.AddDays(-VolumeDays) });
        var facts = new Dictionary<int, RiskFacts>(merchantIds.Length);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            facts.Add(reader.GetInt32(0), new(
                Enum.Parse<RiskGrade>(reader.GetString(1), ignoreCase: true), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetBoolean(5), reader.GetBoolean(6), reader.GetBoolean(7), reader.GetBoolean(8)));
        }

        return facts;
    }
}
