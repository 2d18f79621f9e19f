namespace Acquiring.Core.Transactions;

/// <summary>The clearing day ends before midnight: what happens from then on belongs to the next business date (domain §5).</summary>
public static class ClearingDay
{
    /// <param name="local">Local business time, UTC+8.</param>
    /// <param name="endsAt">The first time of day that belongs to the next date; midnight means that days end as calendars do.</param>
    public static DateOnly BusinessDateOf(DateTime local, TimeOnly endsAt)
    {
        var date = DateOnly.FromDateTime(local);
        return endsAt > TimeOnly.MinValue && TimeOnly.FromDateTime(local) >= endsAt ? date.AddDays(1) : date;
    }
}
