using System.Globalization;

namespace Acquiring.Core.Merchants;

/// <summary>
/// The part of the year in which a merchant is closed, as its evidence says it: months (<c>1</c> to <c>12</c>) and ranges of days
/// (<c>11-15..03-15</c>, both ends closed, over the year's end too), divided by commas. A year without an open day is no season.
/// </summary>
public sealed class SeasonalCalendar
{
    public const int PartsMax = 12;

    // A leap year: the 29th of February is a day like the others.
    private const int AnyYear = 2028;

    private readonly HashSet<(int Month, int Day)> _closed = [];

    private SeasonalCalendar()
    {
    }

    /// <summary>Written in one way only: months without a leading zero, days with one.</summary>
    public static bool TryParse(string text, out SeasonalCalendar calendar)
    {
        calendar = new();
        var parts = text.Split(',');
        foreach (var part in parts)
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12 && part[0] != '0')
            {
                calendar.Close(new(AnyYear, month, 1), new(AnyYear, month, DateTime.DaysInMonth(AnyYear, month)));
            }
            else if (part.Split("..") is [var from, var to] && Day(from) is { } first && Day(to) is { } last)
            {
                calendar.Close(first, last);
            }
            else
            {
                return false;
            }
        }

        return parts.Length <= PartsMax && calendar._closed.Count < 366;
    }

    /// <summary>Whether any day of a month is closed.</summary>
    public bool Touches(DateOnly month)
    {
        for (var day = 1; day <= DateTime.DaysInMonth(month.Year, month.Month); day++)
        {
            if (_closed.Contains((month.Month, day)))
            {
                return true;
            }
        }

        return false;
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact($"{AnyYear}-{text}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private void Close(DateOnly first, DateOnly last)
    {
        var end = last < first ? last.AddYears(1) : last;
        for (var day = first; day <= end; day = day.AddDays(1))
        {
            _closed.Add((day.Month, day.Day));
        }
    }
}
