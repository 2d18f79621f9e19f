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

        // Not their sum, which could leave 64 bits.
        return amountFen > soldFen - returnedFen ? HoldReason.ExceedsSale : HoldReason.None;
    }

    /// <summary>
    /// The fee each part gives back, in the order given in. The split follows the parts' own times, so that every order of arrival ends
    /// with the same fen on the same dates. The sum is the whole fee when the whole sale was returned.
    /// </summary>
    public static long[] FeesOf(long soldFen, long feeFen, IReadOnlyList<ReturnedPart> parts) =>
        Array.ConvertAll(PartsOf(soldFen, new FeeParts(feeFen, 0, 0), parts), p => p.FeeFen);

    /// <summary>
    /// As <see cref="FeesOf"/>, for the fee and for issuer's and network's parts of it, each by itself: a full return gives each of them
    /// back to the fen, and the acquirer's part is the rest at every step.
    /// </summary>
    /// <param name="whole">What the sale was charged; none of the three negative.</param>
    public static FeeParts[] PartsOf(long soldFen, FeeParts whole, IReadOnlyList<ReturnedPart> parts)
    {
        var order = new int[parts.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => Compare(parts[a], parts[b]));

        var given = new FeeParts[parts.Count];
        long returnedFen = 0;
        var before = default(FeeParts);
        foreach (var i in order)
        {
            returnedFen += parts[i].AmountFen;
            var soFar = new FeeParts(Share(whole.FeeFen), Share(whole.IssuerFeeFen), Share(whole.NetworkFeeFen));
            given[i] = soFar - before;
            before = soFar;
        }

        return given;

        long Share(long partFen) => partFen == 0 ? 0 : HalfUp.Divide((Int128)partFen * returnedFen, soldFen);
    }

    private static int Compare(ReturnedPart a, ReturnedPart b)
    {
        var byTime = a.OccurredAt.CompareTo(b.OccurredAt);
        return byTime != 0 ? byTime : (a.TerminalId, a.Stan, a.Batch, (int)a.Kind).CompareTo((b.TerminalId, b.Stan, b.Batch, (int)b.Kind));
    }
}
