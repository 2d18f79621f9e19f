namespace Acquiring.Core.Idle;

/// <summary>The two legal clocks (domain §2). The longer one replaces the shorter.</summary>
public enum IdleClockKind
{
    /// <summary>Verify the merchant's identity again; stop service if that fails.</summary>
    ThreeMonths,

    /// <summary>Stop service and recover the machine; where recovery is impossible, keep it shut and report it.</summary>
    TwelveMonths,
}

/// <summary>Where the clocks come from. The source is graded: S was read in the primary text, R in a secondary one.</summary>
public static class IdleRule
{
    public const string Source = "中支协发〔2021〕161号 [S/R]";

    public static readonly DateOnly InForceFrom = new(2022, 3, 1);

    /// <summary>Calendar months without a transaction.</summary>
    public static int Months(this IdleClockKind clock) => clock == IdleClockKind.TwelveMonths ? 12 : 3;

    /// <summary>The stable word for a clock: <c>3m</c> or <c>12m</c>.</summary>
    public static string Code(this IdleClockKind clock) => clock == IdleClockKind.TwelveMonths ? "12m" : "3m";
}
