using Acquiring.Core.Pricing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>Looks among repriced merchants for those that may be coded as a cheaper trade (domain §4).</summary>
internal static class ArbitrageSearch
{
    /// <summary>By merchant id.</summary>
    public static async Task<Dictionary<int, ArbitrageSuspicion>> FindAsync(
        NpgsqlDataSource dataSource, RepricingOutcome outcome, ArbitrageThresholds thresholds, CancellationToken cancellationToken)
    {
        var tariffs = outcome.Registry.Tariffs;
        var patterns = outcome.Merchants
            .Where(m => MccDisguise.MayBe(m.Merchant.Mcc, tariffs.IsWholesale(m.Merchant.Mcc)))
            .ToDictionary(m => m.Merchant.MerchantId);
        var suspects = new Dictionary<int, ArbitrageSuspicion>();
        if (patterns.Count == 0)
        {
            return suspects;
        }

        await using var command = dataSource.CreateCommand("select merchant_id, name from merchant where merchant_id = any($1)");
        command.Parameters.Add(new() { Value = patterns.Keys.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var merchant = patterns[reader.GetInt32(0)];
            var mcc = merchant.Merchant.Mcc;
            if (MccArbitrage.Judge(mcc, tariffs.IsWholesale(mcc), reader.GetString(1), merchant.Pattern, thresholds) is { } suspicion)
            {
                suspects.Add(merchant.Merchant.MerchantId, suspicion);
            }
        }

        return suspects;
    }
}
