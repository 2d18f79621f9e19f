using Acquiring.Backend.Registry;
using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// What can be said of a notice without its merchant's grain and without the journal, in a fixed order: its time, its merchant, its
/// terminal, their binding at that time. The commit judges the last three again, by the registry of its own moment.
/// </summary>
internal static class NoticeChecks
{
    public static Refusal? Check(ClearingLine line, RegistrySnapshot registry, DateTime nowLocal, out int merchantId, out int terminalId)
    {
        (merchantId, terminalId) = (0, 0);
        if (line.OccurredAt > nowLocal.AddMinutes(OnlineLimits.FutureMinutesMax))
        {
            return OnlineRefusals.InFuture(line);
        }

        if (line.OccurredAt < nowLocal.AddDays(-OnlineLimits.PastDaysMax))
        {
            return OnlineRefusals.TooOld(line);
        }

        if (!registry.TryMerchant(line.MerchantNo.Text, out var merchant))
        {
            return OnlineRefusals.Of(HoldReason.UnknownMerchant, line);
        }

        if (!registry.TryTerminal(line.TerminalNo.Text, out var terminal))
        {
            return OnlineRefusals.Of(HoldReason.UnknownTerminal, line);
        }

        (merchantId, terminalId) = (merchant.MerchantId, terminal.TerminalId);
        return terminal.MerchantIdAt(line.OccurredAt) == merchantId ? null : OnlineRefusals.Of(HoldReason.BoundToAnother, line);
    }

    /// <summary>
    /// Whether the merchant's standing or the terminal's state forbids it. Asked after the rest, since a notice that was posted before and is repeated now is
    /// answered with its first result.
    /// </summary>
    public static Refusal? CheckStanding(ClearingLine line, RegistrySnapshot registry, int merchantId, int terminalId)
    {
        if (line.Kind == TransactionKind.Sale && registry.TryTerminal(terminalId, out var terminal) && terminal.IsStopped)
        {
            return OnlineRefusals.TerminalStopped(line);
        }

        if (!registry.TryMerchant(merchantId, out var merchant) || merchant.Standing is { State: MerchantState.Active })
        {
            return null;
        }

        foreach (var hold in merchant.Standing.Holds)
        {
            if (hold.Stops(line.Kind, line.PayType, line.CardKind))
            {
                return OnlineRefusals.Held(hold, line);
            }
        }

        return merchant.Standing.State == MerchantState.Closed && line.Kind == TransactionKind.Sale ? OnlineRefusals.MerchantClosed(line) : null;
    }
}
