using Acquiring.Backend.Merchants.Attributes;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Merchants.Mcc;
using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Merchants.Limits;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Online;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Transactions;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants;

/// <summary>One merchant. Its key is <c>m:</c> and the merchant number (a bare number would be stored as an integer).</summary>
public interface IMerchantGrain : IGrainWithStringKey
{
    /// <summary>Volume by day and month, fees, last activity; <c>null</c> when the registry knows no such merchant. Reading only.</summary>
    Task<MerchantActivity?> Activity(CancellationToken cancellationToken);

    /// <summary>
    /// Judges a line by the merchant's price and limits and counts a sale at once. It waits for no commit: when the line does not post,
    /// <see cref="Release"/> takes the count back; when it does, nothing more need be said, except for a reversal (<see cref="Confirm"/>).
    /// The same line again while the first is under way is not counted twice.
    /// </summary>
    Task<ReserveAnswer> Reserve(LineReservation line);

    /// <summary>The line did not post. A repetition is harmless once the line is gone.</summary>
    Task Release(LineReservation line);

    /// <summary>
    /// The sale did not post because another activation of this grain counts for the merchant now (<see cref="LimitFences"/>). It is released,
    /// and the next sale makes this activation the one that counts. A repetition is harmless.
    /// </summary>
    Task Overtaken(LineReservation line, long fence);

    /// <summary>The reversal posted, so its room comes back. A repetition is harmless.</summary>
    Task Confirm(LineReservation line);

    /// <summary>Limits changed, or lines posted that this grain did not see: it reads before it decides again.</summary>
    Task ReadAgain();

    /// <summary>Limits and what is used of them; <c>null</c> when the registry knows no such merchant. Reading only.</summary>
    Task<LimitsInUse?> Limits();

    /// <summary>Restricts, suspends, lifts or closes. After a time-out the outcome is unknown: ask again under the same key.</summary>
    Task<StepOutcome> Take(MerchantStep step);

    /// <summary>Confirms, corrects or revokes an attribute. After a time-out as <see cref="Take"/>.</summary>
    Task<AttributeOutcome> ChangeAttribute(AttributeOrder order);

    /// <summary>Gives it another MCC from the next business date on. After a time-out as <see cref="Take"/>.</summary>
    Task<MccOutcome> ChangeMcc(MccOrder order);

    /// <summary>Computes its risk grade anew, or overrides it. After a time-out as <see cref="Take"/>.</summary>
    Task<RiskGradeOutcome> GradeRisk(RiskGradeOrder order);
}

public static class MerchantGrains
{
    private const string Prefix = "m:";

    public static IMerchantGrain Merchant(this IGrainFactory grains, MerchantNo no) => grains.GetGrain<IMerchantGrain>(Prefix + no.Text);

    internal static string NumberOf(string key) => key[Prefix.Length..];
}

/// <summary>
/// Tracks a merchant in memory: loaded by indexed reads on first use, read again after commits it did not see. It decides on prices and
/// limits; the rows stay the truth.
/// </summary>
public sealed class MerchantGrain : Grain, IMerchantGrain
{
    private readonly TrackedReading<MerchantActivity> _activity;
    private readonly MerchantReservations _reservations = new();
    private readonly VolumeWindowLoader _loader;
    private readonly RegistryView _registry;
    private readonly ChangeCounter _changes;
    private readonly TimeProvider _clock;
    private readonly TakeMerchantStep _steps;
    private readonly ChangeAttribute _attributes;
    private readonly ChangeMcc _mcc;
    private readonly GradeMerchant _grading;
    private long _asOfBulk = -1;
    private long? _readAgainAfter;
    private long _fence;

    public MerchantGrain(
        NpgsqlDataSource dataSource, ChangeCounter changes, TimeProvider clock, VolumeWindowLoader loader, RegistryView registry,
        TakeMerchantStep steps, ChangeAttribute attributes, ChangeMcc mcc, GradeMerchant grading)
    {
        (_loader, _registry, _changes, _clock, _steps) = (loader, registry, changes, clock, steps);
        (_attributes, _mcc, _grading) = (attributes, mcc, grading);
        _activity = new(
            changes, clock,
            (today, cancellationToken) => MerchantActivityReader.ReadAsync(
                dataSource, MerchantGrains.NumberOf(this.GetPrimaryKeyString()), today, cancellationToken));
    }

    public Task<MerchantActivity?> Activity(CancellationToken cancellationToken) => _activity.CurrentAsync(cancellationToken);

    public async Task<ReserveAnswer> Reserve(LineReservation line)
    {
        var registry = await _registry.CurrentAsync(CancellationToken.None);
        if (!registry.TryMerchant(line.MerchantId, out var merchant) || merchant.PlanOn(line.TransactionDate) is not { } plan)
        {
            return new(0, 0, false, null, null);
        }

        if (!IsCurrent || (_fence == 0 && _reservations.Limits.NeedsWindows))
        {
            await ReadAsync(line.MerchantId, raisesFence: _fence == 0);
        }

        var feeFen = line.Kind == TransactionKind.Sale
            ? merchant.Price(plan, line.TransactionDate, line.PayType, line.CardKind, line.AmountFen).FeeFen
            : 0;
        return _reservations.Reserve(line, BusinessTime.Today(_clock), _clock.GetTimestamp(), _clock.GetElapsedTime) is { } breach
            ? new(plan.Id, feeFen, false, breach.Breach, breach.Of)
            : new(plan.Id, feeFen, _reservations.Limits.NeedsWindows, null, null, line.Kind == TransactionKind.Sale ? _fence : 0);
    }

    public Task Release(LineReservation line)
    {
        _reservations.Release(line);
        return Task.CompletedTask;
    }

    public Task Overtaken(LineReservation line, long fence)
    {
        _reservations.Release(line);
        if (_fence == fence)
        {
            (_fence, _asOfBulk) = (0, -1);
        }

        return Task.CompletedTask;
    }

    public Task Confirm(LineReservation line)
    {
        _reservations.Confirm(line);
        return Task.CompletedTask;
    }

    public Task ReadAgain()
    {
        _asOfBulk = -1;
        return Task.CompletedTask;
    }

    public async Task<StepOutcome> Take(MerchantStep step) =>
        StepOutcome.Of(await _steps.RunAsync(MerchantGrains.NumberOf(this.GetPrimaryKeyString()), step, CancellationToken.None));

    public async Task<AttributeOutcome> ChangeAttribute(AttributeOrder order) =>
        AttributeOutcome.Of(await _attributes.RunAsync(MerchantGrains.NumberOf(this.GetPrimaryKeyString()), order, CancellationToken.None));

    public async Task<MccOutcome> ChangeMcc(MccOrder order) =>
        MccOutcome.Of(await _mcc.RunAsync(MerchantGrains.NumberOf(this.GetPrimaryKeyString()), order, CancellationToken.None));

    public async Task<RiskGradeOutcome> GradeRisk(RiskGradeOrder order) =>
        RiskGradeOutcome.Of(await _grading.RunAsync(MerchantGrains.NumberOf(this.GetPrimaryKeyString()), order, CancellationToken.None));

    public async Task<LimitsInUse?> Limits()
    {
        var registry = await _registry.CurrentAsync(CancellationToken.None);
        if (!registry.TryMerchant(MerchantGrains.NumberOf(this.GetPrimaryKeyString()), out var merchant))
        {
            return null;
        }

        if (!IsCurrent)
        {
            await ReadAsync(merchant.MerchantId, raisesFence: false);
        }

        var today = BusinessTime.Today(_clock);
        var (limits, windows) = (_reservations.Limits, _reservations.Windows);
        var inForce = MerchantLimits.PayTypes
            .Select(p => (PayType: p, Terms: limits.InForce(today, p)))
            .Where(l => l.Terms is not null && l.Terms != LimitTerms.None)
            .Select(l => new LimitInUse(l.PayType, l.Terms!, windows.Day(today, l.PayType), windows.Month(today, l.PayType)))
            .ToList();
        return new(today, limits.Version, inForce, [.. limits.Rows.Where(r => r.EffectiveFrom > today).OrderBy(r => (r.EffectiveFrom, r.Id))]);
    }

    private bool IsCurrent => _asOfBulk == _changes.Bulk
        && (_readAgainAfter is not { } since || _clock.GetElapsedTime(since) < MerchantReservations.UnderWayMax);

    private async Task ReadAsync(int merchantId, bool raisesFence)
    {
        // Taken before the read: a commit during the read makes the next call read again.
        var bulk = _changes.Bulk;
        var tracked = _reservations.Limits.NeedsWindows;
        var from = BusinessTime.Today(_clock).AddDays(-OnlineLimits.PastDaysMax);
        var loaded = await _loader.LoadAsync(merchantId, new DateOnly(from.Year, from.Month, 1), _reservations.UnderWay, raisesFence);
        if (raisesFence)
        {
            _fence = loaded.Fence;
        }

        _reservations.Load(loaded.Limits, loaded.Windows, loaded.Posted);
        _asOfBulk = bulk;
        // Lines that an earlier activation, or this one without limits, let pass may be under way without our knowing: once more, when
        // all of them are surely posted or not.
        if (loaded.Limits.NeedsWindows && !tracked)
        {
            _readAgainAfter = _clock.GetTimestamp();
        }
        else if (_readAgainAfter is { } since && _clock.GetElapsedTime(since) >= MerchantReservations.UnderWayMax)
        {
            _readAgainAfter = null;
        }
    }
}
