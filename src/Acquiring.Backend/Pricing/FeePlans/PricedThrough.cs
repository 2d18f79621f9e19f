using Acquiring.Backend.Days;
using Npgsql;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <summary>Up to which date a merchant's transactions are priced: what changes prices begins the day after.</summary>
internal static class PricedThrough
{
    /// <summary>The latest of today, the last closed date and the merchant's last priced date: a fee that was charged is never contradicted.</summary>
    public static async Task<DateOnly> OfAsync(NpgsqlConnection connection, int merchantId, DateOnly today, CancellationToken cancellationToken)
    {
        var closed = await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand("select max(transaction_date) from day_volume_current where merchant_id = $1", connection);
        command.Parameters.Add(new() { Value = merchantId });
        var priced = await command.ExecuteScalarAsync(cancellationToken) as DateOnly?;
        return new[] { today, closed ?? today, priced ?? today }.Max();
    }
}
