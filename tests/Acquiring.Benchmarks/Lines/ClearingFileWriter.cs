using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Acquiring.Benchmarks.Bank;
using Acquiring.Core.Transactions;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Lines;

/// <summary>Writes a day as a real clearing file: what never changes comes from the samples' own writer, the rest is filled in.</summary>
internal sealed class ClearingFileWriter(BankRegistry registry, SampleFormat format)
{
    private const int LineBytesMax = 512;

    private readonly SampleWriter _sample = new(format, subMerchantNames: false);

    /// <summary>
    /// Returns the path of a file that the disk has: it is not still being written while it is measured.
    /// </summary>
    /// <param name="name">Something that tells it from other files of the date.</param>
    public string Write(BenchmarkBank bank, LineSet set, string name)
    {
        var path = bank.File(_sample.FileName(set.Date).Replace(".", $"_{name}.", StringComparison.Ordinal));
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        file.Write(_sample.Head());
        var template = _sample.IsZm ? new ZmLine(_sample, registry, set.Date) : null;
        Span<byte> buffer = stackalloc byte[LineBytesMax];
        foreach (ref readonly var line in set.Lines.AsSpan())
        {
            file.Write(template is null ? buffer[..Csv(buffer, set.Date, line)] : template.Of(line));
        }

        file.Flush(flushToDisk: true);
        return path;
    }

    public static string ReferenceOf(DateOnly date, string terminalNo, int stan) =>
        string.Create(CultureInfo.InvariantCulture, $"{date:yyMMdd}{terminalNo}{stan:D6}");

    private int Csv(Span<byte> buffer, DateOnly date, in BenchmarkLine line)
    {
        var terminal = registry.Terminals[line.Terminal];
        var kind = line.Kind switch { TransactionKind.Sale => "sale", TransactionKind.Refund => "refund", _ => "reversal" };
        var second = line.Second;
        var written = Utf8.TryWrite(
            buffer, CultureInfo.InvariantCulture,
            $"{terminal.Merchant.No},{terminal.No},000001,{line.Stan:D6},{date:yyyy-MM-dd}T{second / 3600:D2}:{second / 60 % 60:D2}:{second % 60:D2}+08:00,{kind},{line.AmountFen},{(line.Credit ? "credit" : "debit")},622202******{line.Stan % 10_000:D4},{date:yyMMdd}{terminal.No}{line.Stan:D6},",
            out var length);
        if (line.OriginalStan > 0)
        {
            written &= Utf8.TryWrite(buffer[length..], $"{date:yyMMdd}{terminal.No}{line.OriginalStan:D6}", out var original);
            length += original;
        }

        written &= Utf8.TryWrite(buffer[length..], CultureInfo.InvariantCulture, $",{line.FeeFen}\r\n", out var end);
        return written ? length + end : throw new InvalidOperationException("a line is longer than its buffer");
    }
}
