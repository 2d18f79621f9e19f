using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Idle;
using Acquiring.Core.Terminals;
using Orleans;

namespace Acquiring.Backend.Terminals;

/// <summary>What a terminal's grain tracks.</summary>
/// <param name="MerchantNo">Whom it works for now; <c>null</c> when nobody.</param>
/// <param name="Device">What the machine told of itself; <c>null</c> before the first contact.</param>
/// <param name="ClockFrom">Since when the idle clocks run for its present holder; <c>null</c> for what an import bound.</param>
[GenerateSerializer]
public sealed record TerminalActivity(
    [property: Id(0)] string TerminalNo,
    [property: Id(1)] string SerialNo,
    [property: Id(2)] string Model,
    [property: Id(3)] string? MerchantNo,
    [property: Id(4)] bool Spare,
    [property: Id(5)] DateOnly InstalledOn,
    [property: Id(6)] DateOnly? LastSaleOn,
    [property: Id(7)] DateOnly? KnownActivityOn,
    [property: Id(8)] ActivityWindow Window,
    [property: Id(9)] DeviceContact? Device,
    [property: Id(10)] int Version,
    [property: Id(11)] TerminalStanding Standing,
    [property: Id(12)] string InstallationAddress,
    [property: Id(13)] DateOnly? ClockFrom)
{
    [Id(14)]
    public TerminalKind Kind { get; init; } = TerminalKind.Pos;

    internal LastActivity LastActivity => new TerminalHistory(Spare, LastSaleOn, KnownActivityOn, InstalledOn) { ClockFrom = ClockFrom }.LastActivity;
}

/// <summary>A sign of life from a machine.</summary>
/// <param name="SignalPercent">0 to 100; <c>null</c> when it did not say.</param>
[GenerateSerializer]
public sealed record DeviceContact([property: Id(0)] string Firmware, [property: Id(1)] int? SignalPercent, [property: Id(2)] DateTimeOffset At);

/// <summary>The part of a terminal that no row holds: disposable, written late, never money, never a decision.</summary>
[GenerateSerializer]
public sealed class TerminalDevice
{
    [Id(0)]
    public DeviceContact? LastContact { get; set; }
}
