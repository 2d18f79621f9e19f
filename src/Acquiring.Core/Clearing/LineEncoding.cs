using System.Text;
using System.Text.Unicode;

namespace Acquiring.Core.Clearing;

/// <summary>Text of clearing files is UTF-8 or GBK, and a file does not say which; a line is text when it is valid in either.</summary>
internal static class LineEncoding
{
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)
        ?? throw new InvalidOperationException("The base library has no GBK.");

    public static bool IsText(ReadOnlySpan<byte> bytes) =>
        Ascii.IsValid(bytes) || Utf8.IsValid(bytes) || FirstInvalidGbk(bytes) == bytes.Length;

    /// <summary>Where the better of the two readings ends. Only for bytes that are not text.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes) =>
        Math.Min(bytes.Length - 1, Math.Max(FirstInvalidUtf8(bytes), FirstInvalidGbk(bytes)));

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        return FirstInvalidGbk(bytes) == bytes.Length
            ? Gbk.GetString(bytes)
            : string.Create(bytes.Length, bytes, static (text, source) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = source[i] < 0x80 ? (char)source[i] : '?';
                }
            });
    }

    /// <summary>Two-byte characters: 0x81 to 0xFE, then 0x40 to 0xFE without 0x7F.</summary>
    private static int FirstInvalidGbk(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length)
        {
            if (bytes[i] < 0x80)
            {
                i++;
            }
            else if (bytes[i] is >= 0x81 and <= 0xFE && i + 1 < bytes.Length && bytes[i + 1] is >= 0x40 and <= 0xFE and not 0x7F)
            {
                i += 2;
            }
            else
            {
                return i;
            }
        }

        return i;
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length && Rune.DecodeFromUtf8(bytes[i..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            i += consumed;
        }

        return i;
    }
}
