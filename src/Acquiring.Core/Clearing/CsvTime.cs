using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>
/// ISO 8601 date and time to the second: <c>2026-11-14T19:54:45</c>, with an offset (<c>+08:00</c>, <c>Z</c>), or without one in local time. A
/// space may stand for the T. A fraction of a second is dropped, never rounded, so no line moves into the next day.
/// </summary>
internal static class CsvTime
{
    private const int SecondsEnd = 19;
    private const int OffsetHoursMax = 14;

    public static bool TryRead(ReadOnlySpan<byte> text, out DateTime local)
    {
        local = default;
        if (text.Length < SecondsEnd || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ')
            || text[13] != ':' || text[16] != ':'
            || !TryPart(text, 0, 4, 9999, out var year) || !TryPart(text, 5, 2, 12, out var month) || !TryPart(text, 8, 2, 31, out var day)
            || !TryPart(text, 11, 2, 23, out var hour) || !TryPart(text, 14, 2, 59, out var minute)
            || !TryPart(text, 17, 2, 59, out var second)
            || year < 1 || month < 1 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var rest = text[SecondsEnd..];
        if (rest is [(byte)'.', ..])
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? rest.Length - 1 : digits;
            if (digits is 0 or > 9)
            {
                return false;
            }

            rest = rest[(digits + 1)..];
        }

        local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!TryOffset(rest, out var offset))
        {
            return false;
        }

        var ticks = local.Ticks - offset.Ticks + BusinessTime.Offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        local = new DateTime(ticks, DateTimeKind.Unspecified);
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryPart(text, 1, 2, OffsetHoursMax, out var hours) || !TryPart(text, 4, 2, 59, out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        offset = text[0] == '-' ? -offset : offset;
        return true;
    }

    private static bool TryPart(ReadOnlySpan<byte> text, int start, int length, int max, out int value)
    {
        var valid = FieldValues.TryDigits(text.Slice(start, length), out var number) && number <= max;
        value = (int)number;
        return valid;
    }
}
