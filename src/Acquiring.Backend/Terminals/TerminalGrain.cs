using Acquiring.Backend.Platform;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Terminals;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Acquiring.Backend.Terminals;

/// <summary>One terminal. Its key is <c>t:</c> and the terminal number (a bare number would be stored as an integer).</summary>
public interface ITerminalGrain : IGrainWithStringKey
{
    /// <summary>Volume by day and month, fees, last activity, device; <c>null</c> when the registry knows no such terminal. Reading only.</summary>
    Task<TerminalActivity?> Activity(CancellationToken cancellationToken);

    /// <summary>Remembers a sign of life; the latest wins, a repetition is harmless. <c>null</c> when the registry knows no such terminal.</summary>
    Task<DeviceContact?> Contact(string firmware, int? signalPercent, CancellationToken cancellationToken);

    /// <summary>Any act on the machine. After a time-out the outcome is unknown: ask again under the same key.</summary>
    Task<TerminalStepOutcome> Take(TerminalStep step);
}

public static class TerminalGrains
{
    private const string Prefix = "t:";

    public static ITerminalGrain Terminal(this IGrainFactory grains, TerminalNo no) => grains.GetGrain<ITerminalGrain>(Prefix + no.Text);

    internal static string NumberOf(string key) => key[Prefix.Length..];
}

/// <summary>
/// Tracks a terminal in memory: loaded by indexed reads on first use, read again after commits. Contacts come often and matter little, so
/// they are stored at most once in <see cref="SaveEvery"/> and when the grain goes; a crash loses the last of them.
/// </summary>
public sealed class TerminalGrain : Grain, ITerminalGrain
{
    public static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);

    private readonly TrackedReading<TerminalActivity> _activity;
    private readonly IPersistentState<TerminalDevice> _device;
    private readonly TimeProvider _clock;
    private readonly TakeTerminalStep _steps;
    private IGrainTimer? _unsaved;

    public TerminalGrain(
        [PersistentState("terminal-device", "acquiring")] IPersistentState<TerminalDevice> device,
        NpgsqlDataSource dataSource, ChangeCounter changes, TimeProvider clock, TakeTerminalStep steps)
    {
        _steps = steps;
        _device = device;
        _clock = clock;
        _activity = new(
            changes, clock,
            (today, cancellationToken) => TerminalActivityReader.ReadAsync(
                dataSource, TerminalGrains.NumberOf(this.GetPrimaryKeyString()), today, cancellationToken));
    }

    public async Task<TerminalActivity?> Activity(CancellationToken cancellationToken) =>
        await _activity.CurrentAsync(cancellationToken) is { } activity ? activity with { Device = _device.State.LastContact } : null;

    public async Task<DeviceContact?> Contact(string firmware, int? signalPercent, CancellationToken cancellationToken)
    {
        if (await _activity.CurrentAsync(cancellationToken) is null)
        {
            return null;
        }

        var contact = new DeviceContact(firmware, signalPercent, _clock.GetUtcNow());
        _device.State = new TerminalDevice { LastContact = contact };
        _unsaved ??= this.RegisterGrainTimer(SaveAsync, new() { DueTime = SaveEvery, Period = SaveEvery });
        return contact;
    }

    public async Task<TerminalStepOutcome> Take(TerminalStep step) =>
        TerminalStepOutcome.Of(await _steps.RunAsync(TerminalGrains.NumberOf(this.GetPrimaryKeyString()), step, CancellationToken.None));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _unsaved is null ? Task.CompletedTask : SaveAsync(cancellationToken);

    /// <summary>When the write throws, the timer stays and tries again.</summary>
    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await _device.WriteStateAsync(cancellationToken);
        _unsaved?.Dispose();
        _unsaved = null;
    }
}
