using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Online;

/// <summary>
/// <c>2026-11-20T10:00:00+08:00</c>: date, time to the second, fractions ignored, and an offset that must be there (<c>Z</c> is one):
/// a time without an offset would be read differently by machines that stand differently.
/// </summary>
internal static class NoticeTime
{
    private const int SecondsEnd = 19;

    /// <summary>As local business time, UTC+8.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTime local)
    {
        local = default;
        if (text.Length < SecondsEnd + 1 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || year is < 2000 or > 2099 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var rest = text[SecondsEnd..];
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
            if (end < 2)
            {
                return false;
            }

            rest = rest[end..];
        }

        if (!TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddMinutes(-offsetMinutes) + BusinessTime.Offset;
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.SequenceEqual("Z"u8))
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Number(text[1..3], out var hours) || !Number(text[4..], out var rest) || hours > 14 || rest > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        var valid = FieldValues.TryDigits(digits, out var number);
        value = (int)number;
        return valid;
    }
}
