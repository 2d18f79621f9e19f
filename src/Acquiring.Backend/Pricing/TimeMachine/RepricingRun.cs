using System.Data;
using Acquiring.Backend.Registry;
using Npgsql;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>What pricing some days again came to.</summary>
internal sealed record RepricingOutcome(IReadOnlyCollection<RepricedMerchant> Merchants, RegistrySnapshot Registry, long Lines);

/// <summary>
/// Reads the journal of some days as one moment saw it and prices it again. Never writes; memory grows with merchants, not with lines.
/// </summary>
internal sealed class RepricingRun(NpgsqlDataSource dataSource, RegistrySnapshots registries, PricingOptions options)
{
    /// <param name="begun">Told how many lines are expected.</param>
    /// <param name="advance">Told how many more are done.</param>
    public async Task<RepricingOutcome> RunAsync(
        RepricingOrder order, Action<long>? begun, Action<long>? advance, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // One moment for both passes, whatever is posted meanwhile.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        begun?.Invoke(await ExpectedLinesAsync(connection, order, cancellationToken));
        var steps = await HypotheticalSteps.LoadAsync(connection, order, options.VolumeStepLagDays, cancellationToken);
        // Loaded after that moment and outside of it: whatever a row names is there.
        RegistrySnapshot registry;
        await using (var fresh = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            registry = await registries.RecentAsync(fresh, cancellationToken);
        }

        var repricer = new Repricer(registry, order, steps);
        var lines = await JournalStream.ReadAsync(connection, repricer, advance ?? (_ => { }), cancellationToken);
        await new ReturnsStream(repricer).ReadAsync(connection, cancellationToken);
        return new(repricer.Merchants, registry, lines);
    }

    private static async Task<long> ExpectedLinesAsync(NpgsqlConnection connection, RepricingOrder order, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            set transaction read only;
            select coalesce(sum(sales + refunds + reversals), 0)::bigint
            from day_volume_current
            where transaction_date between '{order.From:yyyy-MM-dd}' and '{order.To:yyyy-MM-dd}'
                  {(order.MerchantId is { } id ? $"and merchant_id = {id}" : "")}
            """,
            connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
