namespace Acquiring.Core.Idle;

/// <summary>What a close knew of time: its date, and the dates up to it that lacked files.</summary>
public sealed record IdleMoment(DateOnly On, IReadOnlySet<DateOnly> IncompleteDates);

/// <summary>
/// The verdict of a terminal that nothing happened to is a function of its last activity alone. So between two closes the verdict changes just
/// for some dates of last activity: those whose clock ran out since, and, when a late file came, those whose numbers it moved.
/// </summary>
public static class IdleCrossing
{
    /// <summary>All dates of last activity, from <paramref name="first"/> on, whose verdict is another at <paramref name="now"/> than before.</summary>
    /// <param name="first">The earliest last activity of any terminal; read only when dates before <paramref name="before"/> became complete or ceased to be.</param>
    public static IReadOnlyList<DateOnly> Between(IdleMoment before, IdleMoment now, Func<DateOnly> first)
    {
        var known = now.IncompleteDates.Where(d => d <= before.On).ToHashSet();
        // Whatever was active earlier had run out on the longer clock by then, and stays so with the same numbers.
        var from = known.SetEquals(before.IncompleteDates)
            ? before.On.AddMonths(-IdleClockKind.TwelveMonths.Months()).AddDays(-before.IncompleteDates.Count - 32)
            : first();
        var changed = new List<DateOnly>();
        for (var activity = from; activity <= now.On; activity = activity.AddDays(1))
        {
            if (Verdict(activity, before) != Verdict(activity, now))
            {
                changed.Add(activity);
            }
        }

        return changed;
    }

    private static (IdleClockKind Clock, IdleDue Due)? Verdict(DateOnly activity, IdleMoment moment)
    {
        var history = new TerminalHistory(Spare: false, activity, KnownActivityOn: null, activity);
        return IdleClock.Judge(history, moment.IncompleteDates, moment.On) is { } verdict ? (verdict.Clock, verdict.Due) : null;
    }
}
