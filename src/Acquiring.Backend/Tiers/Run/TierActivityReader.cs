using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>
/// What merchants did in the three calendar months up to a month's end, as the night of a business date knew it: of closed dates only, so
/// that what comes later never changes it.
/// </summary>
/// <param name="Counted">How many days count: closed by then, their files complete.</param>
/// <param name="Uncounted">The other days of the months; sales of theirs are volume, and no active days.</param>
internal sealed record TierActivityWindow(DateOnly From, DateOnly End, DateOnly On, int Counted, DateOnly[] Uncounted)
{
    public static async Task<TierActivityWindow> OfAsync(NpgsqlConnection connection, DateOnly month, DateOnly on, CancellationToken cancellationToken)
    {
        var (from, end) = (month.AddMonths(1 - ActivityGrades.Months), month.AddMonths(1));
        var counted = new HashSet<DateOnly>();
        await using var command = new NpgsqlCommand(
            """
            select business_date, null::date[] from business_day_close where business_date >= $1 and business_date < $2 and business_date <= $3
            union all
            (select null, incomplete_dates from business_day_close where business_date <= $3 order by business_date desc limit 1)
            """,
            connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = end });
        command.Parameters.Add(new() { Value = on });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        DateOnly[] incomplete = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                incomplete = reader.GetFieldValue<DateOnly[]>(1);
            }
            else
            {
                counted.Add(reader.GetFieldValue<DateOnly>(0));
            }
        }

        counted.ExceptWith(incomplete);
        var uncounted = new List<DateOnly>();
        for (var day = from; day < end; day = day.AddDays(1))
        {
            if (!counted.Contains(day))
            {
                uncounted.Add(day);
            }
        }

        return new(from, end, on, counted.Count, [.. uncounted]);
    }

    /// <summary>Of the merchants that had any; the sums of a closed date are folded, so nothing is missing here.</summary>
    public async Task<Dictionary<int, TierActivity>> ReadAsync(NpgsqlConnection connection, int fromId, int endId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select merchant_id, sum(net_fen)::bigint, (count(*) filter (where sales > 0 and transaction_date <> all($6)))::integer,
                   sum(commission_fen)::bigint
            from (
                select merchant_id, transaction_date, sum(sales) as sales, sum(gross_fen - refund_fen)::bigint as net_fen,
                       sum(fee_fen - issuer_fee_fen - network_fee_fen)::bigint as commission_fen
                from day_volume
                where merchant_id >= $1 and merchant_id < $2 and transaction_date >= $3 and transaction_date < $4 and business_date <= $5
                group by merchant_id, transaction_date) d
            group by merchant_id
            """,
            connection);
        foreach (var value in (ReadOnlySpan<object>)[fromId, endId, From, End, On, Uncounted])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<int, TierActivity>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetInt32(0), new(reader.GetInt64(1), reader.GetInt32(2), Counted, reader.GetInt64(3)));
        }

        return found;
    }

    public TierActivity None => new(0, 0, Counted, 0);
}
