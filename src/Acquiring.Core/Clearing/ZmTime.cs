namespace Acquiring.Core.Clearing;

/// <summary>A ZM time is MMDDhhmmss: it has no year.</summary>
internal static class ZmTime
{
    private const int ALeapYear = 2024;

    /// <summary>
    /// The year is the latest that puts the date on or before <paramref name="latest"/> (domain §5). The 29th of February belongs to a leap
    /// year, so it may lie years back; whether that is too late is the caller's question.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, DateOnly latest, out DateTime time)
    {
        time = default;
        if (text.Length != 10 || !FieldValues.TryDigits(text, out var digits))
        {
            return false;
        }

        var second = (int)(digits % 100);
        var minute = (int)(digits / 100 % 100);
        var hour = (int)(digits / 10_000 % 100);
        var day = (int)(digits / 1_000_000 % 100);
        var month = (int)(digits / 100_000_000);
        if (second > 59 || minute > 59 || hour > 23 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(ALeapYear, month))
        {
            return false;
        }

        var year = month > latest.Month || (month == latest.Month && day > latest.Day) ? latest.Year - 1 : latest.Year;
        while (year > 0 && day > DateTime.DaysInMonth(year, month))
        {
            year--;
        }

        if (year == 0)
        {
            return false;
        }

        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
        return true;
    }
}
