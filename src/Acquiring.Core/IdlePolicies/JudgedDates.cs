namespace Acquiring.Core.IdlePolicies;

/// <summary>What the night of a date knows of time. Idle days are dates whose files are complete, as for the legal clocks.</summary>
/// <param name="On">The judged date.</param>
/// <param name="Incomplete">Dates on or before it that lacked files when it was closed.</param>
/// <param name="FirstClosedOn">Before it nothing was counted here; <c>null</c> when no date was ever closed.</param>
public sealed record JudgedDates(DateOnly On, IReadOnlySet<DateOnly> Incomplete, DateOnly? FirstClosedOn)
{
    /// <summary>The last calendar month that ended on or before the date, by its first day.</summary>
    public DateOnly LastMonth => On.AddDays(1) is var next ? new DateOnly(next.Year, next.Month, 1).AddMonths(-1) : default;

    /// <summary>Complete dates after the activity, up to the judged date.</summary>
    public int IdleDays(DateOnly activityOn) => activityOn >= On ? 0 : On.DayNumber - activityOn.DayNumber - IncompleteWithin(activityOn, On);

    /// <summary>Dates without complete files after the first date, up to the last.</summary>
    public int IncompleteWithin(DateOnly after, DateOnly through) => Incomplete.Count(d => d > after && d <= through);

    /// <summary>The date on which so many idle days were reached.</summary>
    public DateOnly ReachedOn(DateOnly activityOn, int days)
    {
        var date = activityOn;
        while (days > 0)
        {
            date = date.AddDays(1);
            days -= Incomplete.Contains(date) ? 0 : 1;
        }

        return date;
    }

    /// <summary>The latest activity that is so many days idle on the date.</summary>
    public DateOnly LatestIdle(int days)
    {
        var date = On;
        while (true)
        {
            days -= Incomplete.Contains(date) ? 0 : 1;
            date = date.AddDays(-1);
            if (days <= 0)
            {
                return date;
            }
        }
    }

    /// <summary>Whether a month says anything: each of its dates was closed, with complete files.</summary>
    public bool IsEvidence(DateOnly month) =>
        FirstClosedOn <= month && month.AddMonths(1).AddDays(-1) is var last && last <= On && IncompleteWithin(month.AddDays(-1), last) == 0;

    /// <summary>The last so many months, the earliest first.</summary>
    public IEnumerable<DateOnly> Months(int count) => Enumerable.Range(1 - count, count).Select(LastMonth.AddMonths);

    /// <summary>
    /// Ranges of last activities, each after its first date up to its last, that are on another side of a threshold now than they were before: of
    /// a terminal that nothing else happened to, only these can have another answer.
    /// </summary>
    public IReadOnlyList<(DateOnly After, DateOnly Through)> CrossedSince(JudgedDates before, IEnumerable<int> thresholds)
    {
        var ranges = new List<(DateOnly, DateOnly)>();
        foreach (var days in thresholds.Distinct().Order())
        {
            var (then, now) = (before.LatestIdle(days), LatestIdle(days));
            if (then != now)
            {
                ranges.Add(then < now ? (then, now) : (now, then));
            }
        }

        return ranges;
    }

    /// <summary>Whether dates that were judged before became complete since, or ceased to be: then numbers move that no threshold tells.</summary>
    public bool SawOtherFiles(JudgedDates before) => !Incomplete.Where(d => d <= before.On).ToHashSet().SetEquals(before.Incomplete);
}
