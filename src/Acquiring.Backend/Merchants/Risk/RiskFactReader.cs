using Acquiring.Core.Merchants.Risk;
using Npgsql;

namespace Acquiring.Backend.Merchants.Risk;

/// <summary>Reads what a grade is judged by: the policy in force, and what is known of one merchant.</summary>
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

    /// <summary>Opened is the approval; a merchant that an import brought is older than our records.</summary>
    public static async Task<RiskFacts> FactsAsync(NpgsqlConnection connection, int merchantId, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce((select risk from mcc_risk r where r.mcc = m.mcc and r.effective_from <= $2 order by r.effective_from desc limit 1), 'low'),
                   (select (s.at at time zone 'UTC' + interval '8 hours')::date from merchant_step s
                    where s.merchant_id = m.merchant_id and s.act = 'activate' order by s.version limit 1),
                   coalesce((select sum(v.gross_fen) from day_volume_current v
                             where v.merchant_id = m.merchant_id and v.transaction_date > $3 and v.transaction_date <= $2), 0)::bigint,
                   coalesce((select sum(v.gross_fen) from day_volume_current v
                             where v.merchant_id = m.merchant_id and v.transaction_date > $3 and v.transaction_date <= $2 and v.pay_type <> 1), 0)::bigint,
                   exists (select from binding_case c where c.bound_merchant_no = m.merchant_no and c.state = 'open'),
                   exists (select from terminal_binding b join terminal_inspection i on i.terminal_id = b.terminal_id
                           where b.merchant_id = m.merchant_id and b.valid_to = 'infinity' and i.result <> 'inOrder'
                             and i.inspected_on > ($2::date - interval '12 months')::date and i.inspected_on <= $2),
                   exists (select from blacklist_case c where c.merchant_id = m.merchant_id and c.state = 'open'),
                   exists (select from blacklist_dismissal d where d.merchant_id = m.merchant_id)
            from merchant m
            where m.merchant_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = on });
        command.Parameters.Add(new() { Value = on.AddDays(-VolumeDays) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            Enum.Parse<RiskGrade>(reader.GetString(0), ignoreCase: true), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateOnly>(1), reader.GetInt64(2),
            reader.GetInt64(3), reader.GetBoolean(4), reader.GetBoolean(5), reader.GetBoolean(6), reader.GetBoolean(7));
    }
}
