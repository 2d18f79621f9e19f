using Acquiring.Backend.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>
/// Sums day volumes by merchant and date, in the order of (merchant number, date). A page costs what it shows: merchants are walked in
/// the order of their numbers, each by its own index, until the page is full.
/// </summary>
public sealed class VolumeStore(NpgsqlDataSource dataSource)
{
    /// <param name="merchantNo">Only this merchant; <c>null</c> is all.</param>
    /// <param name="after">The last merchant and date already seen.</param>
    public async Task<IReadOnlyList<MerchantDayVolume>> PageAsync(
        DateOnly from, DateOnly to, string? merchantNo, VolumeDate by, (string MerchantNo, DateOnly Date)? after, int rows,
        CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(by == VolumeDate.BusinessDate ? SqlBy("business_date") : SqlBy("transaction_date"));
        command.Parameters.Add(new("from", from));
        command.Parameters.Add(new("to", to));
        command.Parameters.Add(new("merchantNo", NpgsqlDbType.Text) { Value = (object?)merchantNo ?? DBNull.Value });
        var afterMerchant = new NpgsqlParameter<string>("afterMerchant", after?.MerchantNo ?? "");
        var afterDate = new NpgsqlParameter<DateOnly>("afterDate", after?.Date ?? DateOnly.MinValue);
        command.Parameters.Add(afterMerchant);
        command.Parameters.Add(afterDate);
        command.Parameters.Add(new("rows", rows));
        var page = new List<MerchantDayVolume>();
        for (var isLast = false; page.Count < rows && !isLast;)
        {
            var read = 0;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                read++;
                var day = Read(reader);
                (afterMerchant.TypedValue, afterDate.TypedValue) = (day.MerchantNo, day.Date);

                // What was posted and withdrawn again leaves zeros behind; it is as if it had never been.
                if (day is not { Sales: 0, Refunds: 0, Reversals: 0, Gross.AmountFen: 0, Refund.AmountFen: 0, Fee.AmountFen: 0, Commission.AmountFen: 0 }
                    && page.Count < rows)
                {
                    page.Add(day);
                }
            }

            isLast = read < rows;
        }

        return page;
    }

    private static MerchantDayVolume Read(NpgsqlDataReader reader)
    {
        var grossFen = reader.GetInt64(5);
        var refundFen = reader.GetInt64(6);
        return new(
            reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
            new Money(grossFen), new Money(refundFen), new Money(grossFen - refundFen), new Money(reader.GetInt64(7)),
            new Money(reader.GetInt64(8)));
    }

    // The next pairs of what is folded; of what is not folded yet, that which lies among them. It has no index, so it is read once a page.
    private static string SqlBy(string date) =>
        $"""
        with folded as materialized (
            select m.merchant_no, v.*
            from merchant m
            cross join lateral (
                select d.{date} as on_date, sum(d.sales) as sales, sum(d.refunds) as refunds, sum(d.reversals) as reversals,
                       sum(d.gross_fen) as gross_fen, sum(d.refund_fen) as refund_fen, sum(d.fee_fen) as fee_fen,
                       sum(d.fee_fen - d.issuer_fee_fen - d.network_fee_fen) as commission_fen
                from day_volume d
                where d.merchant_id = m.merchant_id and d.{date} between @from and @to
                group by d.{date}) v
            where (@merchantNo is null or m.merchant_no = @merchantNo)
              and m.merchant_no >= @afterMerchant
              and (m.merchant_no > @afterMerchant or v.on_date > @afterDate)
            order by m.merchant_no, v.on_date
            limit @rows
        ), reached as materialized (
            select case when count(*) = @rows then max(merchant_no) end as merchant_no from folded
        ), unfolded as materialized (
            select d.merchant_id, d.{date} as on_date, sum(d.sales) as sales, sum(d.refunds) as refunds, sum(d.reversals) as reversals,
                   sum(d.gross_fen) as gross_fen, sum(d.refund_fen) as refund_fen, sum(d.fee_fen) as fee_fen,
                       sum(d.fee_fen - d.issuer_fee_fen - d.network_fee_fen) as commission_fen
            from day_volume_delta d
            where d.{date} between @from and @to
              and d.merchant_id in (
                  select m.merchant_id
                  from merchant m, reached
                  where (@merchantNo is null or m.merchant_no = @merchantNo)
                    and m.merchant_no >= @afterMerchant and (reached.merchant_no is null or m.merchant_no <= reached.merchant_no))
            group by d.merchant_id, d.{date}
        )
        select v.merchant_no, v.on_date, sum(v.sales)::int, sum(v.refunds)::int, sum(v.reversals)::int,
               sum(v.gross_fen)::bigint, sum(v.refund_fen)::bigint, sum(v.fee_fen)::bigint, sum(v.commission_fen)::bigint
        from (
            select f.* from folded f
            union all
            select m.merchant_no, u.on_date, u.sales, u.refunds, u.reversals, u.gross_fen, u.refund_fen, u.fee_fen, u.commission_fen
            from unfolded u
            join merchant m on m.merchant_id = u.merchant_id
            where m.merchant_no > @afterMerchant or u.on_date > @afterDate) v
        group by v.merchant_no, v.on_date
        order by v.merchant_no, v.on_date
        limit @rows
        """;
}
