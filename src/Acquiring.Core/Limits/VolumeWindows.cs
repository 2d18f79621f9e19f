using Acquiring.Core.Transactions;

namespace Acquiring.Core.Limits;

/// <summary>What one merchant took by day and calendar month of the transaction date, by pay type and in all. Not safe for threads.</summary>
public sealed class VolumeWindows
{
    private const short All = 0;

    private readonly record struct Slot(int Period, short PayType);

    private readonly Dictionary<Slot, VolumeUse> _used = [];

    public void Add(DateOnly date, PayType payType, VolumeUse use)
    {
        Add(new(DayOf(date), (short)payType), use);
        Add(new(DayOf(date), All), use);
        Add(new(MonthOf(date), (short)payType), use);
        Add(new(MonthOf(date), All), use);
    }

    /// <param name="date">The transaction date.</param>
    /// <param name="payType"><c>null</c> is all of them.</param>
    public VolumeUse Day(DateOnly date, PayType? payType) => _used.GetValueOrDefault(new(DayOf(date), (short?)payType ?? All));

    /// <inheritdoc cref="Day"/>
    public VolumeUse Month(DateOnly date, PayType? payType) => _used.GetValueOrDefault(new(MonthOf(date), (short?)payType ?? All));

    // Days count up from year 1, months down from zero: one table for both.
    private static int DayOf(DateOnly date) => date.DayNumber;

    private static int MonthOf(DateOnly date) => -((date.Year * 12) + date.Month);

    private void Add(Slot slot, VolumeUse use) => _used[slot] = _used.GetValueOrDefault(slot).Plus(use);
}
