using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Merchants;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants;

/// <summary>One merchant. Its key is <c>m:</c> and the merchant number (a bare number would be stored as an integer).</summary>
public interface IMerchantGrain : IGrainWithStringKey
{
    /// <summary>Volume by day and month, fees, last activity; <c>null</c> when the registry knows no such merchant. Reading only.</summary>
    Task<MerchantActivity?> Activity(CancellationToken cancellationToken);
}

public static class MerchantGrains
{
    private const string Prefix = "m:";

    public static IMerchantGrain Merchant(this IGrainFactory grains, MerchantNo no) => grains.GetGrain<IMerchantGrain>(Prefix + no.Text);

    internal static string NumberOf(string key) => key[Prefix.Length..];
}

/// <summary>Tracks a merchant in memory: loaded by indexed reads on first use, read again after commits. It decides nothing yet.</summary>
public sealed class MerchantGrain : Grain, IMerchantGrain
{
    private readonly TrackedReading<MerchantActivity> _activity;

    public MerchantGrain(NpgsqlDataSource dataSource, ChangeCounter changes, TimeProvider clock) =>
        _activity = new(
            changes, clock,
            (today, cancellationToken) => MerchantActivityReader.ReadAsync(
                dataSource, MerchantGrains.NumberOf(this.GetPrimaryKeyString()), today, cancellationToken));

    public Task<MerchantActivity?> Activity(CancellationToken cancellationToken) => _activity.CurrentAsync(cancellationToken);
}
