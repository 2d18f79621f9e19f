using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.Pricing.Quotes;

/// <param name="Fee">As it was charged then.</param>
public sealed record ImportedVolumeAnswer(long Sales, Money Gross, long Refunds, Money Refund, Money Fee);

/// <summary>What was imported of a merchant's past, by month.</summary>
internal static class ImportedMonths
{
    public static async Task<Dictionary<DateOnly, ImportedVolumeAnswer>> OfAsync(
        NpgsqlDataSource database, int merchantId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select date_trunc('month', transaction_date)::date, sum(sales), sum(gross_fen)::bigint, sum(refunds), sum(refund_fen)::bigint,
                   sum(fee_fen)::bigint
            from imported_day_volume
            where merchant_id = $1 and transaction_date between $2 and $3
            group by 1
            """);
        command.Parameters.Add(new() { Value = merchantId });
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var months = new Dictionary<DateOnly, ImportedVolumeAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            months.Add(reader.GetFieldValue<DateOnly>(0), new(
                reader.GetInt64(1), new(reader.GetInt64(2)), reader.GetInt64(3), new(reader.GetInt64(4)), new(reader.GetInt64(5))));
        }

        return months;
    }
}
