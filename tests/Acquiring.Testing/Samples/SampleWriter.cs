using System.Globalization;
using System.Text;

namespace Acquiring.Testing.Samples;

/// <summary>Writes lines in the formats of the field, byte for byte as the samples have them: CSV ends lines with CRLF, ZM with LF.</summary>
public sealed class SampleWriter(SampleFormat format, bool subMerchantNames)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    static SampleWriter() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static Encoding Gbk => Encoding.GetEncoding("GBK");

    public bool IsZm => format is SampleFormat.ZmUtf8 or SampleFormat.ZmGbk;

    public Encoding Encoding => format is SampleFormat.ZmGbk or SampleFormat.CsvFenGbk ? Gbk : Utf8;

    public string LineEnd => IsZm ? "\n" : "\r\n";

    /// <summary>Where a line is cut so that it cannot be taken for a whole one.</summary>
    public int CutAt => IsZm ? 200 : 105;

    public string FileName(DateOnly date) => IsZm
        ? $"ZM_{date:yyyyMMdd}.txt"
        : $"clearing_{date:yyyyMMdd}_{(format == SampleFormat.CsvYuan ? "yuan" : "fen")}.csv";

    /// <summary>What stands before the first line: nothing for ZM; the columns for CSV, behind a byte order mark in yuan.</summary>
    public byte[] Head() => format switch
    {
        SampleFormat.CsvYuan => [0xEF, 0xBB, 0xBF, .. Encoding.GetBytes(Columns("yuan"))],
        SampleFormat.CsvFen or SampleFormat.CsvFenGbk => Encoding.GetBytes(Columns("fen")),
        _ => [],
    };

    /// <summary>The line's bytes, without its end.</summary>
    public byte[] Line(SampleLine line) => IsZm ? Zm(line) : Encoding.GetBytes(Csv(line));

    private static string Columns(string unit) =>
        $"merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_{unit},card_kind,pan_masked,"
        + $"reference_no,original_reference_no,declared_fee_{unit}\r\n";

    private string Csv(SampleLine line) => string.Join(
        ',', line.Merchant.No, line.TerminalNo, $"{line.Batch:D6}", $"{line.Stan:D6}", $"{line.At:yyyy-MM-ddTHH:mm:ss}+08:00",
        line.Kind switch { SampleKind.Sale => "sale", SampleKind.Refund => "refund", _ => "reversal" },
        Amount(line.AmountFen), line.Credit ? "credit" : "debit", line.Card, line.Reference, line.Original?.Reference ?? "",
        Amount(line.DeclaredFeeFen));

    private string Amount(long fen) => format == SampleFormat.CsvYuan
        ? string.Create(CultureInfo.InvariantCulture, $"{(fen < 0 ? "-" : "")}{Math.Abs(fen) / 100}.{Math.Abs(fen) % 100:D2}")
        : fen.ToString(CultureInfo.InvariantCulture);

    private byte[] Zm(SampleLine line)
    {
        var (type, payType) = line.Kind switch
        {
            SampleKind.Sale => ("01", "01"),
            SampleKind.Refund => ("04", "01"),
            _ => ("31", "01"),
        };
        var sign = line.Kind == SampleKind.Sale ? 'C' : 'D';
        var fee = Math.Abs(line.DeclaredFeeFen);
        const string nothing = "C000000000000";
        (string Text, int Width)[] fields =
        [
            ("S22", 3), ("01020000", 11), ("00010000", 11), ($"{line.Stan:D6}", 6), ($"{line.At:MMddHHmmss}", 10), (line.Card, 19),
            ($"{line.AmountFen:D12}", 12), (line.Merchant.Mcc, 4), ("01", 2), (line.Reference, 21), ("00", 2), (line.Reference, 32),
            (line.Credit ? "02" : "01", 2), ($"{line.Original?.Stan ?? 0:D6}", 6),
            (line.Original is { } sale ? $"{sale.At:MMddHHmmss}" : "0000000000", 10),
            ($"{sign}{fee:D12}", 13), ($"{sign}{line.AmountFen - fee:D12}", 13), ("0000", 4), ("", 15), (type, 2), ("00", 2),
            ("000000", 6), (payType, 2), ("0000", 4), ("", 32), ("1", 1), (line.Original?.Reference ?? "", 21), (line.Merchant.No, 15),
            ("0", 1), ("", 15), (subMerchantNames ? line.Merchant.Name : "", 32), (nothing, 13), (nothing, 13), (line.TerminalNo, 8),
            ("", 32), (nothing, 13), (nothing, 13), ("000000000000", 12), ("00", 2), ("1", 1),
        ];
        var bytes = new List<byte>(475);
        foreach (var (text, width) in fields)
        {
            var field = Encoding.GetBytes(text);
            bytes.AddRange(field);
            bytes.AddRange(Enumerable.Repeat((byte)' ', width - field.Length + 1));
        }

        bytes.RemoveAt(bytes.Count - 1);
        return [.. bytes];
    }
}
