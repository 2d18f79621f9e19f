namespace Acquiring.Core.Days;

/// <summary>What a date is for who works by the calendar.</summary>
public enum DayKind
{
    /// <summary>Monday to Friday, and no holiday.</summary>
    Working,

    Weekend,
    Holiday,

    /// <summary>A Saturday or Sunday that is worked instead of a holiday.</summary>
    WorkedInstead,
}

/// <summary>A date that differs from the rule that Monday to Friday are worked and Saturday and Sunday are not.</summary>
/// <param name="Works">Worked although it is a weekend; otherwise a holiday.</param>
public sealed record SpecialDay(DateOnly On, bool Works, string Name);

/// <summary>
/// Working days (domain §5): holidays and the weekends worked instead are decreed year by year. Of a year that is not known only the weekends
/// are: whoever counts over it is told that it is assumed.
/// </summary>
public sealed class WorkingCalendar(IEnumerable<SpecialDay> days, IEnumerable<int> years)
{
    /// <summary>Longer than any run of days off; a calendar with a longer one is a mistake.</summary>
    public const int DaysOffMax = 30;

    private readonly Dictionary<DateOnly, SpecialDay> _days = days.ToDictionary(d => d.On);
    private readonly HashSet<int> _years = [.. years];

    public DayKind KindOf(DateOnly date) => _days.TryGetValue(date, out var day)
        ? day.Works ? DayKind.WorkedInstead : DayKind.Holiday
        : IsWeekend(date) ? DayKind.Weekend : DayKind.Working;

    public bool IsWorking(DateOnly date) => KindOf(date) is DayKind.Working or DayKind.WorkedInstead;

    /// <summary>The name of a holiday, or of what a weekend is worked instead of; <c>null</c> on other days.</summary>
    public string? NameOf(DateOnly date) => _days.GetValueOrDefault(date)?.Name;

    /// <summary>The decree of the date's year is not known here.</summary>
    public bool IsAssumed(DateOnly date) => !_years.Contains(date.Year);

    /// <summary>The first working day after a date: T+1.</summary>
    public DateOnly Next(DateOnly date) => Add(date, 1);

    /// <summary>The working day that comes so many working days after a date; with 0 the date itself, or the first working day after it.</summary>
    /// <param name="workingDays">Not negative.</param>
    public DateOnly Add(DateOnly date, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        var off = 0;
        for (var left = workingDays; left > 0 || !IsWorking(date);)
        {
            date = date.AddDays(1);
            off = IsWorking(date) ? 0 : off + 1;
            if (off > DaysOffMax)
            {
                throw new InvalidOperationException($"the calendar has no working day in the {DaysOffMax} days before {date:yyyy-MM-dd}");
            }

            left -= off == 0 && left > 0 ? 1 : 0;
        }

        return date;
    }

    public static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
