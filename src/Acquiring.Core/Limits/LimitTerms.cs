namespace Acquiring.Core.Limits;

/// <summary>
/// What a merchant may take, for one pay type or for all of them. Sums are fen, 1 or more; counts are sales, 0 or more (0 stops them
/// all); <c>null</c> is no limit. Days and months are those of the transaction date.
/// </summary>
public sealed record LimitTerms(long? SingleFen, long? DayFen, int? DayCount, long? MonthFen, int? MonthCount)
{
    public static readonly LimitTerms None = new(null, null, null, null, null);

    /// <summary>Whether what was taken before matters: a limit of one sale alone needs no sums.</summary>
    public bool NeedsWindows => DayFen is not null || DayCount is not null || MonthFen is not null || MonthCount is not null;
}

/// <summary>Sales less reversals: how much and how many. A refund gives no room back: it is another business than the sale.</summary>
public readonly record struct VolumeUse(long Fen, int Count)
{
    public VolumeUse Plus(VolumeUse other) => new(Fen + other.Fen, Count + other.Count);

    public VolumeUse Less(VolumeUse other) => new(Fen - other.Fen, Count - other.Count);
}

public enum LimitKind
{
    OneSale,
    DaySum,
    DayCount,
    MonthSum,
    MonthCount,
}

/// <summary>The first limit a sale would pass.</summary>
/// <param name="Limit">Fen or sales, as the kind says.</param>
/// <param name="Used">How much of it was used before this sale.</param>
public readonly record struct LimitBreach(LimitKind Kind, long Limit, long Used);

/// <summary>Whether one more sale stays within the limits; a limit may be met exactly, never passed.</summary>
public static class LimitRule
{
    /// <summary>Judged in the order of <see cref="LimitKind"/>, so that one sale has one answer. <c>null</c> when it is within all.</summary>
    public static LimitBreach? Judge(LimitTerms terms, VolumeUse day, VolumeUse month, long amountFen)
    {
        if (amountFen > terms.SingleFen)
        {
            return new(LimitKind.OneSale, terms.SingleFen.Value, 0);
        }

        return OverSum(terms.DayFen, day) ? new(LimitKind.DaySum, terms.DayFen!.Value, day.Fen)
            : OverCount(terms.DayCount, day) ? new(LimitKind.DayCount, terms.DayCount!.Value, day.Count)
            : OverSum(terms.MonthFen, month) ? new(LimitKind.MonthSum, terms.MonthFen!.Value, month.Fen)
            : OverCount(terms.MonthCount, month) ? new(LimitKind.MonthCount, terms.MonthCount!.Value, month.Count)
            : null;

        bool OverSum(long? limit, VolumeUse use) => use.Fen + amountFen > limit;

        static bool OverCount(int? limit, VolumeUse use) => use.Count + 1L > limit;
    }
}
