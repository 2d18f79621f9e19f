using System.Globalization;
using System.Text.RegularExpressions;
using Acquiring.Core.Clearing;

namespace Acquiring.Core.Tests.Clearing;

/// <summary>Any bytes at all: never a throw, always exactly one outcome, never a card number shown. ACQUIRING_FUZZ_LINES says how many.</summary>
public sealed partial class MutatedLines
{
    private const int Seed = 20_261_120;
    private const int LinesDefault = 1_000_000;
    private const int LinesMax = 100_000_000;
    private const string Card = "6222021620182086";

    private static readonly byte[] Interesting = [0, (byte)'\r', (byte)' ', (byte)'"', (byte)'*', (byte)',', (byte)'-', (byte)'0', (byte)'9', 0x80, 0xC0, 0xE5, 0xFF];

    [Fact]
    public void Nothing_throws_and_every_line_has_exactly_one_outcome()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("ACQUIRING_FUZZ_LINES"), CultureInfo.InvariantCulture, out var lines)
            ? Math.Clamp(lines, 1, LinesMax)
            : LinesDefault;
        var sources = Sources();
        ClearingFormat[] formats = [Reading.Zm, Reading.Fen, Reading.Yuan];
        var random = new Random(Seed);
        var read = 0;
        for (var i = 0; i < count; i++)
        {
            var (own, source) = sources[random.Next(sources.Count)];
            var bytes = Mutate(source, sources[random.Next(sources.Count)].Line, random);
            var format = random.Next(20) == 0 ? formats[random.Next(3)] : own;
            var outcome = format.TryRead(bytes, Reading.Nov16, out var line, out var fault);
            if (outcome != line is not null || outcome != fault is null || (fault is not null && !IsSafe(fault))
                || (line?.FullCardNumber is { } full && (line.Reference + " " + line.OriginalReference).Contains(full, StringComparison.Ordinal)))
            {
                Assert.Fail($"seed {Seed}, line {i}: {outcome}, {fault}");
            }

            read += outcome ? 1 : 0;
        }

        read.ShouldBeInRange(count / 50, count - (count / 50)); // mutations that always or never matter test nothing
    }

    private static List<(ClearingFormat Format, byte[] Line)> Sources() =>
    [
        (Reading.Zm, ZmText.Line()),
        (Reading.Zm, ZmText.Line(("pan", Card))),
        (Reading.Zm, ZmText.Line(("pan", Card), ("transaction_type", "04"), ("original_time", "1115213330"), ("original_query_id", "A1"))),
        (Reading.Zm, ZmText.Line(ZmText.Gbk, ("pan", Card), ("sub_merchant_name", "赣州商户一号"))),
        (Reading.Zm, ZmText.Line(("sub_merchant_name", "赣州商户一号"))),
        (Reading.Fen, CsvText.Line(CsvText.FenHeader, ("pan_masked", Card))),
        (Reading.Fen, CsvText.Line(CsvText.FenHeader, ("kind", "refund"), ("declared_fee_fen", "-1"))),
        (Reading.Yuan, CsvText.Line(CsvText.YuanHeader, ("pan_masked", Card))),
        (Reading.Yuan, CsvText.Line(CsvText.YuanHeader, ("reference_no", "\"A-1\""))),
    ];

    private static byte[] Mutate(byte[] source, byte[] other, Random random)
    {
        var bytes = new List<byte>(source);
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = Interesting[random.Next(Interesting.Length)]; break;
                case 2: bytes[at] = (byte)('0' + random.Next(10)); break;
                case 3: bytes.Insert(at, Interesting[random.Next(Interesting.Length)]); break;
                case 4: bytes.RemoveAt(at); break;
                case 5: Swap(bytes, at, random); break;
                case 6: Copy(bytes, other, random); break;
                default:
                    if (random.Next(10) == 0)
                    {
                        bytes.RemoveRange(at, bytes.Count - at);
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    private static void Swap(List<byte> bytes, int at, Random random)
    {
        var with = random.Next(bytes.Count);
        (bytes[at], bytes[with]) = (bytes[with], bytes[at]);
    }

    /// <summary>Puts a piece of another line, often the card number, over a place of this one.</summary>
    private static void Copy(List<byte> bytes, byte[] other, Random random)
    {
        var piece = random.Next(2) == 0 ? System.Text.Encoding.ASCII.GetBytes(Card) : other[..random.Next(Math.Min(other.Length, 30))];
        var at = random.Next(bytes.Count);
        for (var i = 0; i < piece.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = piece[i];
        }
    }

    private static bool IsSafe(LineFault fault) =>
        fault.Found.Length <= LineFaults.FoundCharactersMax
        && !fault.Found.Any(char.IsControl)
        && !CardNumber().IsMatch(fault.Found);

    [GeneratedRegex(@"\d{13}", RegexOptions.None, 1000)]
    private static partial Regex CardNumber();
}
