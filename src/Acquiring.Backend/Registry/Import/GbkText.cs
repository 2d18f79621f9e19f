using System.Text;
using System.Text.Unicode;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// GBK to UTF-8, byte pair by byte pair. The framework's decoder swallows the byte after a broken pair, which may be the comma or the
/// line break that says where the error is; this one never does.
/// </summary>
internal static class GbkText
{
    private const int LeadMin = 0x81;
    private const int LeadMax = 0xFE;
    private const int TrailMin = 0x40;
    private const int TrailMax = 0xFE;
    private const int Trails = TrailMax - TrailMin + 1;
    private const char None = '\uFFFD';

    private static readonly char[] s_pairs = MakePairs();

    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] >= 0x80)
            {
                if (i + 1 == bytes.Length || Pair(bytes[i], bytes[i + 1]) == None)
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    /// <summary>
    /// Appends the UTF-8 of the bytes; what is no GBK becomes U+FFFD. A lead byte at the end is left for the next call, unless
    /// <paramref name="isEnd"/>. Returns how many bytes were taken.
    /// </summary>
    public static int AppendUtf8(ReadOnlySpan<byte> bytes, bool isEnd, MemoryStream output)
    {
        Span<byte> utf8 = stackalloc byte[3];
        var i = 0;
        while (i < bytes.Length)
        {
            var plain = bytes[i..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            plain = plain < 0 ? bytes.Length - i : plain;
            output.Write(bytes.Slice(i, plain));
            i += plain;
            if (i == bytes.Length || (i + 1 == bytes.Length && !isEnd))
            {
                break;
            }

            var c = i + 1 < bytes.Length ? Pair(bytes[i], bytes[i + 1]) : None;
            i += c == None ? 1 : 2;
            Utf8.FromUtf16([c], utf8, out _, out var length);
            output.Write(utf8[..length]);
        }

        return i;
    }

    private static char Pair(byte lead, byte trail) =>
        lead is < LeadMin or > LeadMax || trail is < TrailMin or > TrailMax ? None : s_pairs[((lead - LeadMin) * Trails) + trail - TrailMin];

    private static char[] MakePairs()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding(936, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"))!;
        var pairs = new char[(LeadMax - LeadMin + 1) * Trails];
        var bytes = new byte[2];
        for (var i = 0; i < pairs.Length; i++)
        {
            bytes[0] = (byte)(LeadMin + (i / Trails));
            bytes[1] = (byte)(TrailMin + (i % Trails));
            var text = gbk.GetString(bytes);
            pairs[i] = text.Length == 1 && bytes[1] != 0x7F ? text[0] : None;
        }

        return pairs;
    }
}
