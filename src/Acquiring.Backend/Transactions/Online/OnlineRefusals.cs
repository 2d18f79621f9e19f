using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>Why a notice is not posted, each with what the gateway or the merchant can do about it.</summary>
internal static class OnlineRefusals
{
    public static Refusal InFuture(ClearingLine line) => Refusal.Of(
        RefusalKind.Rule, "transaction.in-future", At(line), new Detail("max", $"{OnlineLimits.FutureMinutesMax}"));

    public static Refusal TooOld(ClearingLine line) => Refusal.Of(
        RefusalKind.Rule, "transaction.too-old", At(line), new Detail("max", $"{OnlineLimits.PastDaysMax}"));

    public static Refusal KeyTaken(IReadOnlyList<string> fields) =>
        Refusal.Of(RefusalKind.Rule, "transaction.key-taken", new Detail("fields", string.Join(", ", fields)));

    public static Refusal Dismissed(DateTimeOffset on) =>
        Refusal.Of(RefusalKind.Conflict, "transaction.dismissed", new Detail("on", $"{BusinessTime.FromUtc(on.UtcDateTime):yyyy-MM-dd}"));

    public static Refusal VoidOtherTerminal() => Refusal.Of(RefusalKind.Rule, "transaction.void-other-terminal");

    public static Refusal VoidDayEnded(DateOnly saleDate, DateOnly date) => Refusal.Of(
        RefusalKind.Rule, "transaction.void-day-ended", new Detail("saleDate", $"{saleDate:yyyy-MM-dd}"), new Detail("date", $"{date:yyyy-MM-dd}"));

    public static Refusal Overloaded() => Refusal.Of(RefusalKind.Unavailable, "online.overloaded");

    public static Refusal WaitedTooLong() => Refusal.Of(RefusalKind.Unavailable, "online.waited-too-long");

    public static Refusal GrainUnavailable() => Refusal.Of(RefusalKind.Unavailable, "platform.grain-unavailable");

    public static Refusal OutcomeUnknown() => Refusal.Of(RefusalKind.Unavailable, "online.outcome-unknown");

    public static Refusal TooManyLines() =>
        Refusal.Of(RefusalKind.TooLarge, "online.too-many-lines", new Detail("max", $"{OnlineLimits.BatchLinesMax}"));

    public static Refusal TooLarge(int bytesMax) => Refusal.Of(RefusalKind.TooLarge, "online.too-large", new Detail("max", $"{bytesMax}"));

    /// <summary>What would keep a clearing file's line in suspense refuses a notice: the gateway is there to be told.</summary>
    public static Refusal Of(HoldReason reason, ClearingLine line) => reason switch
    {
        HoldReason.UnknownMerchant => Refusal.Of(RefusalKind.Rule, "transaction.unknown-merchant", Merchant(line)),
        HoldReason.UnknownTerminal => Refusal.Of(RefusalKind.Rule, "transaction.unknown-terminal", Terminal(line)),
        HoldReason.BoundToAnother => Refusal.Of(RefusalKind.Rule, "transaction.bound-to-another", Terminal(line), Merchant(line), At(line)),
        HoldReason.NoFeePlan => Refusal.Of(
            RefusalKind.Rule, "transaction.no-fee-plan", Merchant(line), new Detail("date", $"{line.TransactionDate:yyyy-MM-dd}")),
        HoldReason.ExceedsSale => Refusal.Of(RefusalKind.Conflict, "transaction.exceeds-sale"),
        HoldReason.AmountDiffers => Refusal.Of(RefusalKind.Rule, "transaction.amount-differs"),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "nothing to refuse"),
    };

    /// <summary>The cure is the merchant's to read, so it goes with the refusal.</summary>
    public static Refusal Held(MerchantHold hold, ClearingLine line) => Refusal.Of(
        RefusalKind.Rule, hold.IsSuspension ? "transaction.merchant-suspended" : "transaction.merchant-restricted", Merchant(line),
        new Detail("since", $"{BusinessTime.FromUtc(hold.SetAt.UtcDateTime):yyyy-MM-dd}"), new Detail("why", hold.Why), new Detail("cure", hold.Cure));

    public static Refusal TerminalStopped(ClearingLine line) => Refusal.Of(RefusalKind.Rule, "transaction.terminal-stopped", Terminal(line));

    public static Refusal MerchantClosed(ClearingLine line) => Refusal.Of(RefusalKind.Rule, "transaction.merchant-closed", Merchant(line));

    private static Detail Merchant(ClearingLine line) => new("merchantNo", line.MerchantNo.Text);

    private static Detail Terminal(ClearingLine line) => new("terminalNo", line.TerminalNo.Text);

    private static Detail At(ClearingLine line) => new("at", $"{line.OccurredAt:yyyy-MM-ddTHH:mm:ss}+08:00");
}
