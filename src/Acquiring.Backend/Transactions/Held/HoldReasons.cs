using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Held;

/// <summary>The stable codes of hold reasons, as stored and as shown to machines; their texts are <c>held.reason.&lt;code&gt;</c>.</summary>
internal static class HoldReasons
{
    public static string CodeOf(HoldReason reason) => reason switch
    {
        HoldReason.UnknownMerchant => "unknown-merchant",
        HoldReason.UnknownTerminal => "unknown-terminal",
        HoldReason.BoundToAnother => "bound-to-another",
        HoldReason.NoFeePlan => "no-fee-plan",
        HoldReason.SaleUnknown => "sale-unknown",
        HoldReason.ExceedsSale => "exceeds-sale",
        HoldReason.AmountDiffers => "amount-differs",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a reason to hold a line"),
    };
}
