namespace Acquiring.Core.Scorecards;

/// <summary>The dates a scorecard is asked for, both inclusive.</summary>
public readonly record struct ScorecardPeriod(DateOnly From, DateOnly To)
{
    public const int DaysMax = 366;

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The same period a year before. The end of a month stays the end of its month, so that February is whole.</summary>
    public ScorecardPeriod YearBefore => new(From.AddYears(-1), IsMonthEnd(To) ? MonthEnd(To.AddYears(-1)) : To.AddYears(-1));

    /// <summary>The months of which it is made; none when it is not made of whole months.</summary>
    public IReadOnlyList<int> Months => From.Day == 1 && IsMonthEnd(To) && From.Year == To.Year && From <= To
        ? [.. Enumerable.Range(From.Month, To.Month - From.Month + 1)]
        : [];

    /// <summary>
    /// The target of a period: a year's own, or else made of those of its months; of a flow their sum, of all else the last month's. A month
    /// without target leaves a longer period of a flow without.
    /// </summary>
    /// <param name="ofMonth">By month, 0 being the whole year.</param>
    public long? TargetOf(bool isFlow, IReadOnlyDictionary<int, long> ofMonth)
    {
        var months = Months;
        if (months.Count == 12 && ofMonth.TryGetValue(0, out var year))
        {
            return year;
        }

        return months.Count == 0 ? null
            : !isFlow ? ofMonth.TryGetValue(months[^1], out var last) ? last : null
            : months.All(ofMonth.ContainsKey) ? months.Sum(m => ofMonth[m]) : null;
    }

    private static DateOnly MonthEnd(DateOnly date) => new(date.Year, date.Month, DateTime.DaysInMonth(date.Year, date.Month));

    private static bool IsMonthEnd(DateOnly date) => date == MonthEnd(date);
}
