using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Tests.Clearing;

/// <summary>Short ways to the formats and their outcomes.</summary>
internal static class Reading
{
    public static readonly DateOnly Nov14 = new(2026, 11, 14);
    public static readonly DateOnly Nov16 = new(2026, 11, 16);

    public static ClearingFormat Zm { get; } = Recognise(ZmText.Line()).Value;

    public static ClearingFormat Fen { get; } = Recognise(Encoding.UTF8.GetBytes(CsvText.FenHeader)).Value;

    public static ClearingFormat Yuan { get; } = Recognise(Encoding.UTF8.GetBytes(CsvText.YuanHeader)).Value;

    public static Result<ClearingFormat> Recognise(ReadOnlySpan<byte> file) => ClearingFormat.Recognise(file, endOfFile: true);

    public static Result<ClearingFormat> Recognise(string file) => Recognise(Encoding.UTF8.GetBytes(file));

    public static ClearingLine LineOf(this ClearingFormat format, ReadOnlySpan<byte> bytes, DateOnly businessDate)
    {
        format.TryRead(bytes, businessDate, out var line, out var fault).ShouldBeTrue($"{fault}");
        fault.ShouldBeNull();
        return line.ShouldNotBeNull();
    }

    public static LineFault FaultOf(this ClearingFormat format, ReadOnlySpan<byte> bytes, DateOnly businessDate)
    {
        format.TryRead(bytes, businessDate, out var line, out var fault).ShouldBeFalse($"{line}");
        line.ShouldBeNull();
        return fault.ShouldNotBeNull();
    }

    public static string SamplesFolder
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Acquiring.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
            }

            return Path.Combine(folder, "tests", "samples");
        }
    }

    public static IReadOnlyList<byte[]> LinesOf(byte[] file, ClearingFormat format)
    {
        var lines = new List<byte[]>();
        var start = format.BomBytes;
        while (start < file.Length)
        {
            var end = Array.IndexOf(file, (byte)'\n', start);
            end = end < 0 ? file.Length : end;
            lines.Add(file[start..end]);
            start = end + 1;
        }

        return lines[format.HeaderLines..];
    }
}
