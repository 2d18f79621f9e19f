using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Backend.Registry;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>
/// Runs repricings one after the other in the background. They are operations, so every process tells how far they are; the newest results
/// are kept in the database.
/// </summary>
internal sealed partial class Repricings(
    NpgsqlDataSource dataSource, RegistrySnapshots registries, PricingOptions options, OperationRegistry operations, OperationStore store,
    RepricingRows results, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<Repricings> logger) : IDisposable
{
    public const int DaysMax = 3_660;

    /// <summary>Waiting and running, in all processes together.</summary>
    public const int UnfinishedMax = 4;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <returns><c>null</c> when it is unknown, or its result is kept no more.</returns>
    public async Task<Repricing?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await OperationEndpoints.FindAsync(operations, store, id, cancellationToken) is { } now && Repricing.Of(now) is { } repricing
        && (repricing.State != OperationState.Succeeded || await results.AreKeptAsync(id, cancellationToken))
            ? repricing
            : null;

    /// <summary>
    /// Starts it, or finds it again by its id. Refusals, in this order: a bad range, an unknown tariff, a bad plan, an unknown merchant,
    /// the id used for another request, too many at once.
    /// </summary>
    public async Task<Result<Repricing>> StartAsync(RepricingRequest request, CancellationToken cancellationToken)
    {
        if (request.From > request.To || request.To.DayNumber - request.From.DayNumber >= DaysMax)
        {
            return PricingRequestRefusals.Range(request.From, request.To, DaysMax);
        }

        if (!(await OrderOfAsync(request, cancellationToken)).Accepted(out var order, out var refusal))
        {
            return refusal;
        }

        var operation = new Operation(
            request.RepricingId ?? Guid.CreateVersion7(clock.GetUtcNow()), Repricing.Kind, $"{request.From:yyyy-MM-dd}..{request.To:yyyy-MM-dd}", clock,
            canCancel: true, request);
        if (!(await BeginAsync(operation, request, cancellationToken)).Accepted(out var known, out refusal))
        {
            return refusal;
        }

        if (known.IsNew)
        {
            _ = Task.Run(() => FollowAsync(operation, order), CancellationToken.None);
        }

        return known.Repricing;
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Writes it down, unless its id is known; one that was interrupted is begun again.</summary>
    private async Task<Result<(Repricing Repricing, bool IsNew)>> BeginAsync(
        Operation operation, RepricingRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.Repricings });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await OperationStore.FindAsync(connection, operation.Id, cancellationToken) is { IsInterrupted: false } now)
        {
            return Repricing.Of(now) is { } known && Json(known.Request) == Json(request)
                ? (Repricing.Of(operations.Find(now.Id)?.Snapshot() ?? now) ?? known, false)
                : PricingRequestRefusals.RepricingDiffers(operation.Id);
        }

        await using (var count = new NpgsqlCommand(
            "select count(*) from operation where kind = $1 and state in ('waiting', 'running') and lease_until >= clock_timestamp()", connection))
        {
            count.Parameters.Add(new() { Value = Repricing.Kind });
            if ((long)(await count.ExecuteScalarAsync(cancellationToken))! >= UnfinishedMax)
            {
                return PricingRequestRefusals.TooManyRepricings(UnfinishedMax);
            }
        }

        await OperationStore.SaveAsync(connection, operation.Snapshot(), isFirst: true, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        operation.IsWritten = true;
        operations.Add(operation);
        return (new Repricing(operation.Id, OperationState.Waiting, request, null), true);
    }

    private static string Json(RepricingRequest request) => JsonSerializer.Serialize(request, PlatformJson.Options);

    private async Task<Result<RepricingOrder>> OrderOfAsync(RepricingRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        Tariff? tariff = null;
        if (request.TariffId is { } tariffId)
        {
            var book = await TariffStore.LoadAsync(connection, cancellationToken);
            tariff = book.Tariff(tariffId);
            if (tariff is null)
            {
                return PricingRequestRefusals.UnknownTariff(tariffId, book);
            }
        }

        IReadOnlyList<FeeTerm>? terms = null;
        if (request.Terms is not null && !FeePlanDraft.Read(request.Terms).Accepted(out terms, out var bad))
        {
            return bad;
        }

        int? merchantId = null;
        if (request.MerchantNo is { } merchantNo)
        {
            merchantId = await FeePlanStore.MerchantIdAsync(connection, merchantNo, cancellationToken);
            if (merchantId is null)
            {
                return PricingRequestRefusals.UnknownMerchant(merchantNo);
            }
        }

        return new RepricingOrder(request.From, request.To, tariff, terms, request.ByDate, merchantId);
    }

    private async Task FollowAsync(Operation operation, RepricingOrder order)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, operation.Cancelled);
        try
        {
            await _one.WaitAsync(end.Token);
            try
            {
                await operation.FollowAsync(() => RunAsync(operation, order, end.Token));
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException)
        {
            operation.Cancel();
        }
        catch (Exception e)
        {
            // The operation tells it to who asked; nobody awaits this task.
            LogFailed(logger, operation.Id, e);
        }
    }

    private async Task<Result<RepricingSummary>> RunAsync(Operation operation, RepricingOrder order, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var outcome = await new RepricingRun(dataSource, registries, options).RunAsync(
            order, lines => operation.Run(totalLines: lines), lines => operation.Advance(0, lines), cancellationToken);
        var suspects = await ArbitrageSearch.FindAsync(dataSource, outcome, new(), cancellationToken);
        var rows = outcome.Merchants
            .Select(m => new RepricedRow(m.Merchant.MerchantNo, m.Merchant.Mcc, m.Sums, suspects.GetValueOrDefault(m.Merchant.MerchantId)))
            .OrderBy(r => r.MerchantNo, StringComparer.Ordinal).ToList();
        var summary = RepricedRow.Summary(rows, outcome.Lines, clock.GetElapsedTime(begun));
        await results.KeepAsync(operation, rows, cancellationToken);
        return summary;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Repricing {RepricingId} failed")]
    private static partial void LogFailed(ILogger logger, Guid repricingId, Exception exception);
}
