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

/// <summary>Runs repricings one after the other in the background and keeps the newest results.</summary>
internal sealed partial class Repricings(
    NpgsqlDataSource dataSource, RegistrySnapshots registries, PricingOptions options, OperationRegistry operations, TimeProvider clock,
    IHostApplicationLifetime lifetime, ILogger<Repricings> logger) : IDisposable
{
    public const int DaysMax = 3_660;

    /// <summary>Waiting and running.</summary>
    public const int UnfinishedMax = 4;

    /// <summary>A result is some hundred bytes a merchant.</summary>
    private const int KeptMax = 5;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _gate = new();
    private readonly LinkedList<Repricing> _kept = [];

    public Repricing? Find(Guid id)
    {
        lock (_gate)
        {
            return _kept.FirstOrDefault(r => r.Operation.Id == id);
        }
    }

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

        var fingerprint = JsonSerializer.Serialize(request, PlatformJson.Options);
        Repricing repricing;
        lock (_gate)
        {
            if (request.RepricingId is { } id && Find(id) is { } known)
            {
                return known.Fingerprint == fingerprint ? known : PricingRequestRefusals.RepricingDiffers(id);
            }

            if (_kept.Count(r => !r.Operation.IsEnded) >= UnfinishedMax)
            {
                return PricingRequestRefusals.TooManyRepricings(UnfinishedMax);
            }

            var operation = operations.Start("repricing", request.RepricingId, $"{request.From:yyyy-MM-dd}..{request.To:yyyy-MM-dd}");
            _kept.AddLast(repricing = new(request, fingerprint, operation));
            ForgetTheOldest();
        }

        _ = Task.Run(() => FollowAsync(repricing, order), CancellationToken.None);
        return repricing;
    }

    public void Dispose() => _one.Dispose();

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

    private async Task FollowAsync(Repricing repricing, RepricingOrder order)
    {
        var cancellationToken = lifetime.ApplicationStopping;
        try
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                await repricing.Operation.FollowAsync(() => RunAsync(repricing, order, cancellationToken));
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException)
        {
            repricing.Operation.Cancel();
        }
        catch (Exception e)
        {
            // The operation tells it to who asked; nobody awaits this task.
            LogFailed(logger, repricing.Operation.Id, e);
        }
    }

    private async Task<Result<RepricingSummary>> RunAsync(Repricing repricing, RepricingOrder order, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var outcome = await new RepricingRun(dataSource, registries, options).RunAsync(
            order, lines => repricing.Operation.Run(totalLines: lines), lines => repricing.Operation.Advance(0, lines), cancellationToken);
        var suspects = await ArbitrageSearch.FindAsync(dataSource, outcome, new(), cancellationToken);
        var rows = outcome.Merchants
            .Select(m => new RepricedRow(m.Merchant.MerchantNo, m.Merchant.Mcc, m.Sums, suspects.GetValueOrDefault(m.Merchant.MerchantId)))
            .OrderBy(r => r.MerchantNo, StringComparer.Ordinal).ToList();
        var summary = RepricedRow.Summary(rows, outcome.Lines, clock.GetElapsedTime(begun));
        repricing.Finish(rows, summary);
        return summary;
    }

    private void ForgetTheOldest()
    {
        for (var node = _kept.First; node is not null && _kept.Count > KeptMax;)
        {
            var next = node.Next;
            if (node.Value.Operation.IsEnded)
            {
                _kept.Remove(node);
            }

            node = next;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Repricing {RepricingId} failed")]
    private static partial void LogFailed(ILogger logger, Guid repricingId, Exception exception);
}
