namespace Acquiring.Core.Idle;

/// <summary>Who says that a terminal was active. A refund or a reversal is no activity; a reversed sale is.</summary>
public enum ActivitySource
{
    Sale,

    /// <summary>The registry, about the time before the first clearing file.</summary>
    Registry,

    /// <summary>No transaction is known at all: the clock runs from the installation.</summary>
    Installation,
}

public sealed record LastActivity(DateOnly On, ActivitySource Source);

/// <summary>What the idle clocks need to know of one terminal, as of the date that is judged.</summary>
/// <param name="LastSaleOn">Date of the last sale dated on or before the judged date, reversed or not, withdrawn not.</param>
/// <param name="KnownActivityOn">Last activity known to the registry, whenever it was.</param>
public sealed record TerminalHistory(bool Spare, DateOnly? LastSaleOn, DateOnly? KnownActivityOn, DateOnly InstalledOn)
{
    /// <summary>Whether it worked for a merchant when the judged date ended. A machine in stock runs no clock.</summary>
    public bool IsHeld { get; init; } = true;

    /// <summary>
    /// Since when it works for its present holder, where people bound it: what it did before is another's, and no clock can have begun
    /// earlier. <c>null</c> for what an import bound.
    /// </summary>
    public DateOnly? ClockFrom { get; init; }

    /// <summary>
    /// Registry activity after the judged date counts too: of the time before it nothing else is known, so the terminal is not idle.
    /// What is missing must never make a machine look idle.
    /// </summary>
    public LastActivity LastActivity => ClockFrom is { } from && from > Known.On ? new(from, ActivitySource.Installation) : Known;

    private LastActivity Known => (LastSaleOn, KnownActivityOn) switch
    {
        ({ } sale, { } known) when known > sale => new(known, ActivitySource.Registry),
        ({ } sale, _) => new(sale, ActivitySource.Sale),
        (_, { } known) => new(known, ActivitySource.Registry),
        _ => new(InstalledOn, ActivitySource.Installation),
    };
}
