using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Bulk;
using Acquiring.Benchmarks.Lines;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Growth;

/// <summary>How the cost of a fresh file grows with the rows that are there. The product itself fills its journal, file by file.</summary>
internal static class GrowthBenchmark
{
    private const int FillLinesMax = 1_000_000;

    public static async Task RunAsync(BenchmarkBank bank, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Remark($"growth: {options.GrowthLines:N0} fresh lines ({options.FormatName}) at each size; filled by the product, with CSV files of earlier dates of the month.");
        // Repeats begin anew, so that a small journal is small each time.
        for (var turn = 0; turn < options.Repeat; turn++)
        {
            await using var warm = await WarmedProduct.StartAsync(bank, options, cancellationToken);
            var journal = new GrowingJournal(bank, options, warm);
            foreach (var size in options.GrowthSizes)
            {
                report.Say($"a journal of {size:N0} rows");
                await journal.FillAsync(size, report, cancellationToken);
                report.Measured(Figures.BulkAt(size), await journal.MeasureAsync(cancellationToken));
            }
        }
    }

    private sealed class GrowingJournal(BenchmarkBank bank, JournalOptions options, WarmedProduct warm)
    {
        private readonly ClearingFileWriter _fillWriter = new(bank.Registry, SampleFormat.CsvFen);
        private readonly ClearingFileWriter _writer = new(bank.Registry, options.Format);
        private int _rows = WarmedProduct.WarmLines(options);
        private int _fills;
        private int _measured;

        public async Task FillAsync(int size, Report report, CancellationToken cancellationToken)
        {
            while (_rows < size)
            {
                // A date for each file, backwards through the month of the measured date.
                var date = JournalOptions.Date.AddDays(-2 - _fills++);
                var lines = LineGenerator.Generate(
                    bank.Registry, date, Math.Min(size - _rows, FillLinesMax), options.ReturnsShare, options.Seed);
                var elapsed = await TakeAsync(_fillWriter, lines, cancellationToken);
                report.Say($"  {_rows:N0} rows, filled at {lines.Lines.Length / elapsed.TotalSeconds:N0} a second");
            }
        }

        /// <summary>Lines a second of a fresh date, which then belongs to the journal.</summary>
        public async Task<double> MeasureAsync(CancellationToken cancellationToken)
        {
            var lines = LineGenerator.Generate(
                bank.Registry, JournalOptions.Date.AddDays(_measured++), options.GrowthLines, options.ReturnsShare, options.Seed);
            var elapsed = await TakeAsync(_writer, lines, cancellationToken);
            new ExpectedSums(bank.Registry, lines).CheckDay(await warm.Product.VolumesAsync(lines.Date, lines.Date, cancellationToken));
            return lines.Lines.Length / elapsed.TotalSeconds;
        }

        private async Task<TimeSpan> TakeAsync(ClearingFileWriter writer, LineSet lines, CancellationToken cancellationToken)
        {
            var taken = await warm.MeasureAsync(writer.Write(bank, lines, "growth"), cancellationToken);
            new ExpectedSums(bank.Registry, lines).CheckFresh(taken.Report);
            _rows += lines.Lines.Length;
            return taken.Elapsed;
        }
    }
}
