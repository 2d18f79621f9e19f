using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Idle;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>A merchant as it is judged on a date.</summary>
internal sealed record JudgedMerchant(int Id, string Branch, PolicyMerchant Facts);

/// <summary>
/// What the verdicts of merchants hang on, on a date: volumes of business dates up to it only, so that what comes later changes nothing; the
/// rest as known now. One round trip for a range. Plates are no machines: nobody recovers them.
/// </summary>
internal static class PolicyFactsReader
{
    /// <summary>Merchants that have a machine at the end of the date, in the order of their ids.</summary>
    /// <param name="fromMonth">The first month that any policy looks at.</param>
    public static async Task<List<JudgedMerchant>> ReadAsync(
        NpgsqlConnection connection, MerchantRange range, DateOnly on, DateOnly fromMonth, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"""
                    select merchant_id, attribute = 'seasonal', attribute_no, value, valid_to from merchant_attribute
                    where {range.Is("merchant_id")} and ended_in is null and valid_from <= $4 and $4 < valid_to
                      and (attribute = 'seasonal' or attribute = 'ruralBenefitPoint' and value = 'true')
                    """),
                new(LoanLinks.Sql(range.Is("l.merchant_id"))),
                new($"""
                    select merchant_id, terminal_id, date_trunc('month', transaction_date)::date, sum(gross_fen)::bigint, sum(sales)::integer,
                           (count(*) filter (where sales > 0))::integer, sum(commission_fen)::bigint
                    from (
                        select merchant_id, terminal_id, transaction_date, sum(sales) as sales, sum(gross_fen) as gross_fen,
                               sum(fee_fen - issuer_fee_fen - network_fee_fen) as commission_fen
                        from day_volume
                        where {range.Is("merchant_id")} and transaction_date >= $5 and transaction_date <= $4 and business_date <= $4
                        group by 1, 2, 3) d
                    group by 1, 2, 3
                    order by 1, 2, 3
                    """),
                new($"""
                    select b.merchant_id, m.branch_code, t.terminal_id, coalesce(f.spare, t.spare), coalesce(f.installed_on, t.installed_on), f.clock_from,
                           t.known_activity_on, sale.on_date
                    from terminal_binding b
                    join merchant m using (merchant_id)
                    join terminal t using (terminal_id)
                    left join lateral (
                        select d.spare, d.installed_on, d.clock_from from terminal_fact d
                        where d.terminal_id = t.terminal_id and d.valid_from <= $4 order by d.valid_from desc limit 1) f on true
                    left join lateral (
                        select v.transaction_date as on_date from day_volume v
                        where v.terminal_id = t.terminal_id and v.transaction_date <= $4 and v.business_date <= $4
                        group by v.transaction_date having sum(v.sales) > 0
                        order by v.transaction_date desc limit 1) sale on true
                    where {range.Is("b.merchant_id")} and b.valid_from < $5 and b.valid_to >= $5 and t.kind = 'pos'
                    order by b.merchant_id, t.terminal_id
                    """),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            range.Bind(command.Parameters);
            command.Parameters.Add(new() { Value = on });
        }

        batch.BatchCommands[2].Parameters.Add(new() { Value = fromMonth });
        batch.BatchCommands[3].Parameters.Add(new() { Value = BusinessTime.EndOf(on) });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (seasons, points) = await EvidenceAsync(reader, cancellationToken);
        var loans = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            loans.TryAdd(reader.GetInt32(0), reader.GetString(1));
        }

        await reader.NextResultAsync(cancellationToken);
        var volumes = await VolumesAsync(reader, cancellationToken);
        var merchants = new List<JudgedMerchant>();
        var (present, branch, terminals) = (-1, "", new List<PolicyTerminal>());
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetInt32(0) != present)
            {
                Keep();
                (present, branch, terminals) = (reader.GetInt32(0), reader.GetString(1), []);
            }

            var history = new TerminalHistory(reader.GetBoolean(3), Date(reader, 7), Date(reader, 6), reader.GetFieldValue<DateOnly>(4)) { ClockFrom = Date(reader, 5) };
            terminals.Add(new(
                reader.GetInt32(2), history.Spare, history.InstalledOn, history.ClockFrom, history.LastActivity,
                volumes.TryGetValue((present, reader.GetInt32(2)), out var months) ? months : []));
        }

        Keep();
        return merchants;

        void Keep()
        {
            if (terminals.Count > 0)
            {
                merchants.Add(new(
                    present, branch, new(terminals, points.GetValueOrDefault(present), seasons.GetValueOrDefault(present), loans.GetValueOrDefault(present))));
            }
        }
    }

    private static async Task<(Dictionary<int, PolicyEvidence> Seasons, Dictionary<int, PolicyEvidence> Points)> EvidenceAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var (seasons, points) = (new Dictionary<int, PolicyEvidence>(), new Dictionary<int, PolicyEvidence>());
        while (await reader.ReadAsync(cancellationToken))
        {
            var end = reader.GetFieldValue<DateOnly>(4);
            (reader.GetBoolean(1) ? seasons : points).Add(
                reader.GetInt32(0), new(reader.GetInt32(2), reader.GetString(3), end == DateOnly.MaxValue ? null : end));
        }

        await reader.NextResultAsync(cancellationToken);
        return (seasons, points);
    }

    private static async Task<Dictionary<(int Merchant, int Terminal), List<MonthVolume>>> VolumesAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var volumes = new Dictionary<(int, int), List<MonthVolume>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = (reader.GetInt32(0), reader.GetInt32(1));
            if (!volumes.TryGetValue(key, out var months))
            {
                volumes[key] = months = [];
            }

            months.Add(new(reader.GetFieldValue<DateOnly>(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt64(6)));
        }

        await reader.NextResultAsync(cancellationToken);
        return volumes;
    }

    private static DateOnly? Date(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
}
