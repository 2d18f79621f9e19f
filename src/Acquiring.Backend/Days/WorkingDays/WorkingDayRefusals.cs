using Acquiring.Core.Days;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Days.WorkingDays;

/// <summary>Why a year of the calendar is not taken. Their texts are in <c>BusinessDayTexts.resx</c>.</summary>
internal static class WorkingDayRefusals
{
    public const int DaysMax = 60;
    public const int SourceLengthMax = 200;
    public const int NameLengthMax = 40;

    public static Refusal Year(int year) => Refusal.Of(
        RefusalKind.Invalid, "calendar.year", new Detail("year", $"{year}"), new Detail("first", "2000"), new Detail("last", "2099"));

    /// <summary>What is wrong with a year as it was sent; <c>null</c> when nothing is.</summary>
    public static Refusal? Check(int year, SetWorkingYearRequest request)
    {
        if (request.Source is not { Length: > 0 and <= SourceLengthMax } source || string.IsNullOrWhiteSpace(source) || source.Contains('\0', StringComparison.Ordinal)
            || CardLikeText.Has(source))
        {
            return Refusal.Of(RefusalKind.Invalid, "calendar.source", new Detail("max", $"{SourceLengthMax}"));
        }

        if (request.Days is not { Count: <= DaysMax } days)
        {
            return Refusal.Of(RefusalKind.Invalid, "calendar.days", new Detail("max", $"{DaysMax}"));
        }

        var seen = new HashSet<DateOnly>();
        foreach (var day in days)
        {
            var code = day is null || day.On.Year != year ? "calendar.other-year"
                : day.Name is not { Length: > 0 and <= NameLengthMax } name || string.IsNullOrWhiteSpace(name) || name.Contains('\0', StringComparison.Ordinal)
                    || CardLikeText.Has(name) ? "calendar.name"
                : day.Works && !WorkingCalendar.IsWeekend(day.On) ? "calendar.worked-anyway"
                : !seen.Add(day.On) ? "calendar.twice"
                : null;
            if (code is not null)
            {
                return Refusal.Of(
                    RefusalKind.Invalid, code, new Detail("date", $"{day?.On:yyyy-MM-dd}"), new Detail("year", $"{year}"),
                    new Detail("max", $"{NameLengthMax}"));
            }
        }

        return null;
    }

    /// <summary>What was counted by a day that is over is not counted again.</summary>
    public static Refusal Past(DateOnly on, DateOnly today) => Refusal.Of(
        RefusalKind.Conflict, "calendar.past", new Detail("date", $"{on:yyyy-MM-dd}"), new Detail("today", $"{today:yyyy-MM-dd}"));
}
