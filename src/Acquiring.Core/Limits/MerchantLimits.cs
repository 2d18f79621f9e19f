using Acquiring.Core.Transactions;

namespace Acquiring.Core.Limits;

/// <summary>A limit as it was set once; rows are never edited.</summary>
/// <param name="Id">Later decisions have larger ids.</param>
/// <param name="PayType"><c>null</c> is all pay types together.</param>
public sealed record MerchantLimit(int Id, PayType? PayType, DateOnly EffectiveFrom, LimitTerms Terms);

/// <summary>All limits that were ever set for a merchant. Immutable.</summary>
public sealed class MerchantLimits(IReadOnlyList<MerchantLimit> rows)
{
    public static readonly MerchantLimits None = new([]);

    /// <summary>The order in which limits are judged: the pay type's own first, then that of all together.</summary>
    public static readonly IReadOnlyList<PayType?> PayTypes = [PayType.Card, PayType.Qr, PayType.Wallet, null];

    public IReadOnlyList<MerchantLimit> Rows => rows;

    /// <summary>The version of the whole: the largest id, 0 when nothing was ever set.</summary>
    public int Version => rows.Count == 0 ? 0 : rows.Max(r => r.Id);

    /// <summary>Whether any row, past or coming, needs the sums.</summary>
    public bool NeedsWindows { get; } = rows.Any(r => r.Terms.NeedsWindows);

    /// <summary>The terms in force on a date: the latest that took effect on or before it; of two of one date, the later decision.</summary>
    public LimitTerms? InForce(DateOnly on, PayType? payType)
    {
        MerchantLimit? found = null;
        foreach (var row in rows)
        {
            if (row.PayType == payType && row.EffectiveFrom <= on
                && (found is null || (row.EffectiveFrom, row.Id).CompareTo((found.EffectiveFrom, found.Id)) > 0))
            {
                found = row;
            }
        }

        return found?.Terms;
    }

    /// <summary>
    /// The first limit that a sale would pass, and whose it is; <c>null</c> when it is within all. The limits are those in force when it is
    /// judged, so that none is got round by a late notice; the windows are those of its own date.
    /// </summary>
    public (LimitBreach Breach, PayType? PayType)? Judge(
        VolumeWindows windows, DateOnly today, DateOnly transactionDate, PayType payType, long amountFen)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        return Judge(payType) is { } own ? (own, payType) : Judge(null) is { } all ? (all, null) : null;

        LimitBreach? Judge(PayType? of) => InForce(today, of) is { } terms
            ? LimitRule.Judge(terms, windows.Day(transactionDate, of), windows.Month(transactionDate, of), amountFen)
            : null;
    }
}
