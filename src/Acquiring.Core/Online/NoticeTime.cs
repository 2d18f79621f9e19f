using Acquiring.Core.Clearing;

namespace Acquiring.Core.Online;

/// <summary>
/// <c>2026-11-20T10:00:00+08:00</c>: read as in CSV files, but the offset must be there (<c>Z</c> is one): a time without one would be read
/// differently by machines that stand differently.
/// </summary>
internal static class NoticeTime
{
    private const int YearMin = 2000;
    private const int YearMax = 2099;

    /// <summary>As local business time, UTC+8.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTime local)
    {
        local = default;
        return text.Length > 19 && text[10] == 'T' && text[19..].ContainsAny((byte)'Z', (byte)'+', (byte)'-')
            && CsvTime.TryRead(text, out local) && local.Year is >= YearMin and <= YearMax;
    }
}
