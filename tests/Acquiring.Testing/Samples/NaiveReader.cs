using System.Globalization;
using System.Text;

namespace Acquiring.Testing.Samples;

/// <param name="Batch">Null where the format has none.</param>
public sealed record NaiveLine(
    string Merchant, string Terminal, int? Batch, int Stan, DateTime At, string Kind, long AmountFen, bool Credit,
    string Reference, string OriginalReference, long DeclaredFeeFen)
{
    public DateOnly Date => DateOnly.FromDateTime(At);
}

/// <summary>Reads a clearing file the slow way. Null is a line that cannot be read.</summary>
public static class NaiveReader
{
    // domain §5: forty fields, one space between.
    private static readonly int[] Widths =
    [
        3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2,
        2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1,
    ];

    public static List<NaiveLine?> Read(string name, byte[] bytes, DateOnly businessDate)
    {
        // Every field that matters is ASCII, so one byte a character keeps the widths true in any encoding.
        var text = Encoding.Latin1.GetString(bytes);
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return name.StartsWith("ZM", StringComparison.Ordinal)
            ? [.. lines.Select(line => Zm(line, businessDate))]
            : [.. lines.Skip(1).Select(line => Csv(line, inYuan: lines[0].Contains("amount_yuan", StringComparison.Ordinal)))];
    }

    public static DateOnly DateInName(string name) =>
        DateOnly.ParseExact(new string(name.Where(char.IsAsciiDigit).Take(8).ToArray()), "yyyyMMdd", CultureInfo.InvariantCulture);

    private static NaiveLine? Zm(string line, DateOnly businessDate)
    {
        if (line.Length != Widths.Sum() + Widths.Length - 1)
        {
            return null;
        }

        var fields = new List<string>();
        var at = 0;
        foreach (var width in Widths)
        {
            fields.Add(line.Substring(at, width).Trim());
            at += width + 1;
        }

        var kind = fields[19] switch { "01" => "sale", "04" => "refund", "31" => "reversal", _ => null };
        var time = Time($"{businessDate.Year:D4}{fields[4]}") is { } thisYear && DateOnly.FromDateTime(thisYear) <= businessDate
            ? thisYear
            : Time($"{businessDate.Year - 1:D4}{fields[4]}");
        return kind is null || time is null
            ? null
            : new NaiveLine(
                fields[27], fields[33], null, int.Parse(fields[3]), time.Value, kind, long.Parse(fields[6]), fields[12] == "02",
                fields[9], fields[26], long.Parse(fields[15][1..]) * (fields[15][0] == 'D' ? -1 : 1));
    }

    private static DateTime? Time(string digits) =>
        DateTime.TryParseExact(digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static NaiveLine? Csv(string line, bool inYuan)
    {
        var cells = line.Split(',');
        if (cells.Length != 12)
        {
            return null;
        }

        long Fen(string cell) => (long)(decimal.Parse(cell, CultureInfo.InvariantCulture) * (inYuan ? 100 : 1));
        var at = DateTime.ParseExact(cells[4][..19], "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return new NaiveLine(
            cells[0], cells[1], int.Parse(cells[2]), int.Parse(cells[3]), at, cells[5], Fen(cells[6]), cells[7] == "credit",
            cells[9], cells[10], Fen(cells[11]));
    }
}
