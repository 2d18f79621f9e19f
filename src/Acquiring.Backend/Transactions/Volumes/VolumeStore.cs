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
        command.Parameters.Add(new("afterMerchant", after?.MerchantNo ?? ""));
        command.Parameters.Add(new("afterDate", after?.Date ?? DateOnly.MinValue));
        command.Parameters.Add(new("rows", rows));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<MerchantDayVolume>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var grossFen = reader.GetInt64(5);
            var refundFen = reader.GetInt64(6);
            page.Add(new(
                reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                new Money(grossFen), new Money(refundFen), new Money(grossFen - refundFen), new Money(reader.GetInt64(7))));
        }

        return page;
    }

    // What was posted and withdrawn again leaves zeros behind; it is as if it had never been, so it is not shown.
    private static string SqlBy(string date) =>
        $"""
        select m.merchant_no, v.on_date, v.sales, v.refunds, v.reversals, v.gross_fen, v.refund_fen, v.fee_fen
        from merchant m
        cross join lateral (
            select d.{date} as on_date, sum(d.sales)::int as sales, sum(d.refunds)::int as refunds, sum(d.reversals)::int as reversals,
                   sum(d.gross_fen)::bigint as gross_fen, sum(d.refund_fen)::bigint as refund_fen, sum(d.fee_fen)::bigint as fee_fen
            from day_volume_current d
            where d.merchant_id = m.merchant_id and d.{date} between @from and @to
            group by d.{date}) v
        where (v.sales <> 0 or v.refunds <> 0 or v.reversals <> 0 or v.gross_fen <> 0 or v.refund_fen <> 0 or v.fee_fen <> 0)
          and (@merchantNo is null or m.merchant_no = @merchantNo)
          and m.merchant_no >= @afterMerchant
          and (m.merchant_no > @afterMerchant or v.on_date > @afterDate)
        order by m.merchant_no, v.on_date
        limit @rows
        """;
}
