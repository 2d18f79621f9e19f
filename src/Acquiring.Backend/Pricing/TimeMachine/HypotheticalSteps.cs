using Acquiring.Core.Pricing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>
/// What the closes would have decided, had a plan with steps been in force: each month's gross by business date, from its planned date on.
/// What was imported of the time before our journal counts by its own date. Empty for a plan without steps.
/// </summary>
internal sealed class HypotheticalSteps
{
    private readonly Dictionary<int, List<VolumeStepDecision>> _byMerchant = [];

    public IReadOnlyList<VolumeStepDecision> Of(int merchantId) => _byMerchant.TryGetValue(merchantId, out var steps) ? steps : [];

    public static async Task<HypotheticalSteps> LoadAsync(
        NpgsqlConnection connection, RepricingOrder order, int lagDays, CancellationToken cancellationToken)
    {
        var steps = new HypotheticalSteps();
        if (order.Terms is null || order.Terms.All(t => t.Steps.Count == 1))
        {
            return steps;
        }

        await using var command = new NpgsqlCommand(
            """
            select merchant_id, date_trunc('month', business_date)::date as month, sum(gross_fen)::bigint
            from day_activity
            where business_date >= @from and business_date < @before and (@merchantId is null or merchant_id = @merchantId)
            group by 1, 2
            order by 1, 2
            """,
            connection);
        command.Parameters.Add(new("from", new DateOnly(order.From.Year, order.From.Month, 1).AddMonths(-2)));
        command.Parameters.Add(new("before", new DateOnly(order.To.Year, order.To.Month, 1)));
        command.Parameters.Add(new("merchantId", NpgsqlDbType.Integer) { Value = (object?)order.MerchantId ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var merchantId = reader.GetInt32(0);
            if (!steps._byMerchant.TryGetValue(merchantId, out var decisions))
            {
                steps._byMerchant.Add(merchantId, decisions = []);
            }

            var month = reader.GetFieldValue<DateOnly>(1);
            decisions.Add(new(month, reader.GetInt64(2), VolumeStepDecision.EffectiveDate(month, lagDays, pricedThrough: null)));
        }

        return steps;
    }
}
