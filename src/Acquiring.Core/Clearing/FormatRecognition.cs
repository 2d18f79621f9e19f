using Acquiring.Core.Refusals;

namespace Acquiring.Core.Clearing;

/// <summary>
/// Tells a file's format from its start. A header of ours in the first line is CSV; one line laid out like ZM anywhere in the head is ZM,
/// since garbage may stand before it. Only then is it asked what else the file might be, for the refusal.
/// </summary>
internal static class FormatRecognition
{
    private const int ColumnsOfAHeaderMin = 4;

    public static Result<ClearingFormat> Of(ReadOnlySpan<byte> head, bool endOfFile)
    {
        if (LooksLikeUtf16(head))
        {
            return ClearingRefusals.Utf16();
        }

        var bomBytes = head.StartsWith("\uFEFF"u8) ? 3 : 0;
        var text = head[bomBytes..];
        if (endOfFile && !text.ContainsAnyExcept((byte)'\r', (byte)'\n'))
        {
            return ClearingRefusals.EmptyFile();
        }

        var firstLine = LineAt(text, endOfFile, out _);
        var names = firstLine.Length is > 0 and <= ClearingFormat.LineBytesMax ? CsvHeader.NamesIn(firstLine, (byte)',') : null;
        if (CsvHeader.LooksLikeOurs(names))
        {
            return CsvHeader.Of(names!).Accepted(out var header, out var refusal) ? new CsvFormat(header, bomBytes) : refusal;
        }

        return HoldsZmLine(text, endOfFile) ? new ZmFormat(bomBytes) : WhatElse(text, firstLine, names, bomBytes);
    }

    private static Refusal WhatElse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> firstLine, string[]? names, int bomBytes)
    {
        var control = FirstControl(text);
        if (control >= 0)
        {
            return ClearingRefusals.NotText(control + bomBytes, text[control]);
        }

        if (firstLine.Length > ClearingFormat.LineBytesMax || (firstLine.IsEmpty && text.Length > ClearingFormat.LineBytesMax))
        {
            return ClearingRefusals.FirstLineTooLong();
        }

        foreach (var (delimiter, shown) in (ReadOnlySpan<(byte, string)>)[((byte)';', ";"), ((byte)'\t', "TAB"), ((byte)'|', "|")])
        {
            if (CsvHeader.LooksLikeOurs(CsvHeader.NamesIn(firstLine, delimiter)))
            {
                return ClearingRefusals.Delimiter(shown);
            }
        }

        if (names is null || names.Length < ColumnsOfAHeaderMin)
        {
            return ClearingRefusals.UnknownFormat(firstLine.IsEmpty ? text[..Math.Min(text.Length, ClearingFormat.LineBytesMax)] : firstLine);
        }

        return names.Any(n => n.Length > 0 && char.IsAsciiDigit(n[0]))
            ? ClearingRefusals.NoHeader()
            : ClearingRefusals.UnknownColumns(names);
    }

    private static bool HoldsZmLine(ReadOnlySpan<byte> text, bool endOfFile)
    {
        while (!text.IsEmpty)
        {
            if (ZmLayout.Fits(LineAt(text, endOfFile, out var next)))
            {
                return true;
            }

            text = text[next..];
        }

        return false;
    }

    /// <summary>The first line without its line end. Empty when its end is not in sight, since a cut line tells nothing.</summary>
    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> text, bool endOfFile, out int next)
    {
        var end = text.IndexOf((byte)'\n');
        next = end < 0 ? text.Length : end + 1;
        var line = end >= 0 ? text[..end] : endOfFile ? text : default;
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static int FirstControl(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < ' ' && text[i] is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1A))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A byte order mark, or every second byte of the start a NUL.</summary>
    private static bool LooksLikeUtf16(ReadOnlySpan<byte> head)
    {
        const int sample = 64;
        if (head is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
        {
            return true;
        }

        if (head.Length < 4)
        {
            return false;
        }

        Span<int> nuls = [0, 0];
        var length = Math.Min(sample, head.Length) & ~1;
        for (var i = 0; i < length; i++)
        {
            nuls[i & 1] += head[i] == 0 ? 1 : 0;
        }

        return (nuls[0] == length / 2 && nuls[1] == 0) || (nuls[1] == length / 2 && nuls[0] == 0);
    }
}
