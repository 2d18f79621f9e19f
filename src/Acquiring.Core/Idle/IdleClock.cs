namespace Acquiring.Core.Idle;

/// <summary>When a clock runs out.</summary>
/// <param name="IncompleteDays">How many dates the clock stood still for, because their clearing files had not all arrived.</param>
public sealed record IdleDue(DateOnly On, int IncompleteDays);

/// <summary>A terminal is idle: on which clock, since when, and the numbers that say so.</summary>
public sealed record IdleVerdict(IdleClockKind Clock, LastActivity LastActivity, IdleDue Due);

/// <summary>
/// The idle clocks, stated as the rule states them. It is deliberately the plain form: the sweep computes the same with arrays
/// in the database, and verify-books holds the two against each other.
/// </summary>
public static class IdleClock
{
    /// <summary>
    /// Activity plus calendar months (clamped to the month's end) plus one day for each incomplete date from the day after the
    /// activity up to the due date itself. Each such date met on the way moves the end by one day, so the walk ends at the smallest
    /// date that satisfies the rule.
    /// </summary>
    public static IdleDue Due(DateOnly activityOn, IdleClockKind clock, IReadOnlySet<DateOnly> incompleteDates)
    {
        var end = activityOn.AddMonths(clock.Months());
        var incomplete = 0;
        for (var date = activityOn.AddDays(1); date <= end; date = date.AddDays(1))
        {
            if (incompleteDates.Contains(date))
            {
                end = end.AddDays(1);
                incomplete++;
            }
        }

        return new(end, incomplete);
    }

    /// <summary>The verdict at the close of a date; <c>null</c> is not idle. Spares are exempt, and so are machines in stock.</summary>
    /// <param name="incompleteDates">Dates on or before <paramref name="on"/>; later ones cannot matter.</param>
    public static IdleVerdict? Judge(TerminalHistory terminal, IReadOnlySet<DateOnly> incompleteDates, DateOnly on)
    {
        if (terminal.Spare || !terminal.IsHeld)
        {
            return null;
        }

        var activity = terminal.LastActivity;
        foreach (var clock in (ReadOnlySpan<IdleClockKind>)[IdleClockKind.TwelveMonths, IdleClockKind.ThreeMonths])
        {
            // The walk is long; most terminals are not even near.
            if (activity.On.AddMonths(clock.Months()) <= on && Due(activity.On, clock, incompleteDates) is var due && due.On <= on)
            {
                return new(clock, activity, due);
            }
        }

        return null;
    }
}
