namespace Acquiring.Core.Clearing;

/// <summary>The business date a file carries in its name.</summary>
public static class ClearingFileName
{
    private const int YearMin = 2000;
    private const int YearMax = 2099;

    /// <summary>
    /// The date of the run of exactly eight digits (yyyymmdd, 2000 to 2099) in the name, folders left aside. <c>null</c> when there is none, or
    /// when there are two different ones: then the date must be said, since guessing would book a day's money on another day.
    /// </summary>
    public static DateOnly? BusinessDateIn(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var name = fileName.AsSpan(fileName.AsSpan().LastIndexOfAny('/', '\\') + 1);
        DateOnly? found = null;
        var i = 0;
        while (i < name.Length)
        {
            if (!char.IsAsciiDigit(name[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < name.Length && char.IsAsciiDigit(name[i]))
            {
                i++;
            }

            if (i - start == 8 && DateOf(name[start..i]) is { } date)
            {
                if (found is { } other && other != date)
                {
                    return null;
                }

                found = date;
            }
        }

        return found;
    }

    private static DateOnly? DateOf(ReadOnlySpan<char> digits) =>
        DateOnly.TryParseExact(digits, "yyyyMMdd", out var date) && date.Year is >= YearMin and <= YearMax ? date : null;
}
