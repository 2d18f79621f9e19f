namespace Acquiring.Core.Loans;

/// <summary>How long a merchant has been quiet, in the manner of the idle clocks: only days whose clearing files are complete count.</summary>
public static class QuietDays
{
    /// <summary>The complete days after <paramref name="since"/> up to and with <paramref name="on"/>; 0 when it is later.</summary>
    /// <param name="incomplete">In order, none after <paramref name="on"/>.</param>
    public static int Of(DateOnly since, DateOnly on, IReadOnlyList<DateOnly> incomplete)
    {
        var days = Math.Max(on.DayNumber - since.DayNumber, 0);
        for (var i = incomplete.Count - 1; i >= 0 && incomplete[i] > since; i--)
        {
            days -= incomplete[i] <= on ? 1 : 0;
        }

        return Math.Max(days, 0);
    }
}
