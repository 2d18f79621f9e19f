using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Risk;
using Acquiring.Core.Pricing;
using Acquiring.Core.Terminals;
using Orleans;

namespace Acquiring.Backend.Merchants;

/// <summary>What a merchant's grain tracks.</summary>
/// <param name="Mcc">The one in force.</param>
/// <param name="LastSaleOn">Reversed or not; <c>null</c> before the first.</param>
/// <param name="Terminals">The machines that work for it now, by number.</param>
[GenerateSerializer]
public sealed record MerchantActivity(
    [property: Id(0)] string MerchantNo,
    [property: Id(1)] string Name,
    [property: Id(2)] string Mcc,
    [property: Id(3)] string BranchCode,
    [property: Id(4)] string Township,
    [property: Id(5)] DateOnly? LastSaleOn,
    [property: Id(6)] ActivityWindow Window,
    [property: Id(7)] IReadOnlyList<MerchantTerminal> Terminals,
    [property: Id(8)] int Version,
    [property: Id(9)] MerchantStanding Standing)
{
    /// <summary>The MCC before the one in force, where it changed.</summary>
    [Id(10)]
    public string? MccBefore { get; init; }

    /// <summary>An MCC that is decided and begins later.</summary>
    [Id(11)]
    public DatedMcc? MccToCome { get; init; }

    /// <summary>What it was said to mainly sell when its MCC was last changed.</summary>
    [Id(12)]
    public string MainBusiness { get; init; } = "";

    /// <summary>A confirmed attribute of today.</summary>
    [Id(13)]
    public bool IsAuthorised4S { get; init; }

    /// <summary>In force today; null for a merchant that was never graded.</summary>
    [Id(15)]
    public RiskGrade? Risk { get; init; }

    /// <summary>The part of the window that came by QR plates; the rest came by machines.</summary>
    [Id(16)]
    public ActivityWindow Plates { get; init; } = ActivityWindow.Empty;

    /// <summary>As over the door; empty where nobody told it.</summary>
    [Id(14)]
    public string TradeName { get; init; } = "";
}

/// <param name="LastSaleOn">The terminal's last sale, for whichever merchant.</param>
[GenerateSerializer]
public sealed record MerchantTerminal(
    [property: Id(0)] string TerminalNo,
    [property: Id(1)] bool Spare,
    [property: Id(2)] DateOnly? LastSaleOn,
    [property: Id(3)] DateOnly? KnownActivityOn,
    [property: Id(4)] DateOnly InstalledOn)
{
    [Id(5)]
    public TerminalKind Kind { get; init; } = TerminalKind.Pos;
}
