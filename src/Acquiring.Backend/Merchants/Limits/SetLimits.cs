using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>Limits of one pay type. Fen are 1 or more, counts 0 or more; left out is no limit.</summary>
/// <param name="PayType"><c>null</c> is all pay types together.</param>
/// <param name="SingleFen">The most that one sale may be.</param>
/// <param name="DayFen">The most that the sales of one transaction date may sum to, less reversals; to be met, not passed.</param>
/// <param name="DayCount">How many sales of one transaction date; 0 stops them all.</param>
/// <param name="MonthFen">As <paramref name="DayFen"/>, for a calendar month.</param>
/// <param name="MonthCount">As <paramref name="DayCount"/>, for a calendar month.</param>
public sealed record LimitRequest(
    PayType? PayType = null, long? SingleFen = null, long? DayFen = null, int? DayCount = null, long? MonthFen = null,
    int? MonthCount = null)
{
    internal LimitTerms Terms => new(SingleFen, DayFen, DayCount, MonthFen, MonthCount);
}

/// <param name="Version">The version last read; 0 before the first.</param>
/// <param name="Limits">All of them: a pay type that is left out has none from the date on.</param>
/// <param name="EffectiveFrom">Today, which acts at once, or later; left out is today.</param>
public sealed record LimitsRequest(int Version, IReadOnlyList<LimitRequest?>? Limits, DateOnly? EffectiveFrom = null);

/// <summary>
/// Sets what a merchant may take from a date on. Only what differs from what would be in force is written, so a repeated request changes
/// nothing, whatever version it names.
/// </summary>
public sealed class SetLimits(NpgsqlDataSource database, RegistryView registries, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Refuses, in this order: ranges, a pay type named twice, a date past, an unknown merchant, a version that is not the last.</summary>
    public async Task<Result<LimitsInUse>> RunAsync(string merchantNo, LimitsRequest request, string actor, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        var from = request.EffectiveFrom ?? today;
        if (Check(request, from, today) is { } refusal)
        {
            return refusal;
        }

        var registry = await registries.CurrentAsync(cancellationToken);
        if (!MerchantNo.TryParse(merchantNo, out var no) || !registry.TryMerchant(merchantNo, out var merchant))
        {
            return LimitRefusals.UnknownMerchant(merchantNo);
        }

        if (await SaveAsync(merchant.MerchantId, merchantNo, request, from, actor, cancellationToken) is { } stale)
        {
            return stale;
        }

        var grain = grains.Merchant(no);
        await grain.ReadAgain();
        return (await grain.Limits())!;
    }

    private static Refusal? Check(LimitsRequest request, DateOnly from, DateOnly today)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var limit in request.Limits ?? [])
        {
            // A list may hold a null that no annotation keeps out.
            var bad = limit is null ? "limits" : limit.SingleFen <= 0 ? "singleFen"
                : limit.DayFen <= 0 ? "dayFen"
                : limit.DayCount < 0 ? "dayCount"
                : limit.MonthFen <= 0 ? "monthFen"
                : limit.MonthCount < 0 ? "monthCount"
                : null;
            if (bad is not null)
            {
                return LimitRefusals.Range(bad);
            }

            if (!seen.Add($"{limit!.PayType}"))
            {
                return LimitRefusals.Twice(limit!.PayType);
            }
        }

        return request.Limits is null ? LimitRefusals.Range("limits") : from < today ? LimitRefusals.Past(from, today) : null;
    }

    private async Task<Refusal?> SaveAsync(
        int merchantId, string merchantNo, LimitsRequest request, DateOnly from, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var limits = new MerchantLimits(await ReadAsync(connection, merchantId, cancellationToken));
        var changed = MerchantLimits.PayTypes
            .Select(p => (PayType: p, Terms: request.Limits!.FirstOrDefault(l => l!.PayType == p)?.Terms ?? LimitTerms.None))
            .Where(l => (limits.InForce(from, l.PayType) ?? LimitTerms.None) != l.Terms)
            .ToList();
        if (changed.Count == 0)
        {
            return null;
        }

        if (request.Version != limits.Version)
        {
            return LimitRefusals.Stale(request.Version, limits.Version);
        }

        foreach (var (payType, terms) in changed)
        {
            await MerchantLimitRows.InsertAsync(
                connection, merchantId, payType, from, terms, clock.GetUtcNow().UtcDateTime, actor, cancellationToken);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "merchant.limits", merchantNo,
            new { from, limits = changed.Select(c => new { payType = c.PayType?.ToString(), c.Terms }) }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>Locks the merchant's row, so that of two who read the same version one is refused.</summary>
    private static async Task<List<MerchantLimit>> ReadAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using (var merchantLock = new NpgsqlCommand("select from merchant where merchant_id = $1 for no key update", connection))
        {
            merchantLock.Parameters.Add(new() { Value = merchantId });
            await merchantLock.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(MerchantLimitRows.Select([merchantId]));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = new List<MerchantLimit>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(MerchantLimitRows.Read(reader).Limit);
        }

        return rows;
    }
}
