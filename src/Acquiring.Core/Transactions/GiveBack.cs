using Acquiring.Core.Pricing;

namespace Acquiring.Core.Transactions;

/// <summary>Why a readable line waits in suspense instead of being posted.</summary>
public enum HoldReason
{
    None,
    UnknownMerchant,
    UnknownTerminal,
    BoundToAnother,
    NoFeePlan,
    SaleUnknown,
    ExceedsSale,
    AmountDiffers,
}

/// <summary>One refund or reversal of a sale, as far as money is concerned.</summary>
/// <param name="OccurredAt">Its own local time; decides its place among the parts, whatever the order of arrival.</param>
public readonly record struct ReturnedPart(DateTime OccurredAt, int TerminalId, int Stan, int Batch, TransactionKind Kind, long AmountFen);

/// <summary>
/// What refunds and reversals give back of a sale's fee: after each part, fee × returned so far ÷ sold, half-up to the fen, so that the
/// parts never give back more or less than the whole (domain §3).
/// </summary>
public static class GiveBack
{
    /// <summary>Whether one more part may be posted after those that already are.</summary>
    /// <returns><see cref="HoldReason.None"/>, or why it waits.</returns>
    public static HoldReason Judge(long soldFen, long returnedFen, TransactionKind kind, long amountFen)
    {
        if (kind == TransactionKind.Reversal && amountFen != soldFen)
        {
            return HoldReason.AmountDiffers;
        }

        return returnedFen + amountFen > soldFen ? HoldReason.ExceedsSale : HoldReason.None;
    }

    /// <summary>
    /// The fee each part gives back, in the order given in. The split follows the parts' own times, so that every order of arrival ends
    /// with the same fen on the same dates. The sum is the whole fee when the whole sale was returned.
    /// </summary>
    public static long[] FeesOf(long soldFen, long feeFen, IReadOnlyList<ReturnedPart> parts)
    {
        var order = Enumerable.Range(0, parts.Count).ToArray();
        Array.Sort(order, (a, b) => Compare(parts[a], parts[b]));

        var fees = new long[parts.Count];
        long returnedFen = 0;
        long givenBackFen = 0;
        foreach (var i in order)
        {
            returnedFen += parts[i].AmountFen;
            var soFarFen = HalfUp.Divide((Int128)feeFen * returnedFen, soldFen);
            fees[i] = soFarFen - givenBackFen;
            givenBackFen = soFarFen;
        }

        return fees;
    }

    private static int Compare(ReturnedPart a, ReturnedPart b)
    {
        var byTime = a.OccurredAt.CompareTo(b.OccurredAt);
        return byTime != 0 ? byTime : (a.TerminalId, a.Stan, a.Batch, (int)a.Kind).CompareTo((b.TerminalId, b.Stan, b.Batch, (int)b.Kind));
    }
}
