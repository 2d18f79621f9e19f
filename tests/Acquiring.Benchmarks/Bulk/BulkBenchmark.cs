using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Lines;
using Acquiring.Benchmarks.References;

namespace Acquiring.Benchmarks.Bulk;

/// <summary>
/// A day's file, and then the same lines in another order, beside the references on the same rows. The sides alternate, so that what the
/// machine does meanwhile meets both.
/// </summary>
internal static class BulkBenchmark
{
    public static async Task RunAsync(BenchmarkBank bank, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Remark($"bulk: registry snapshot and compiled code warm from a file of {WarmedProduct.WarmLines(options):N0} lines of the day before; empty journal.");
        var set = LineGenerator.Generate(bank.Registry, JournalOptions.Date, options.Lines, options.ReturnsShare, options.Seed);
        for (var turn = 0; turn < options.Repeat; turn++)
        {
            await ReferencesAsync(bank, set, options, report, cancellationToken);
            await ProductAsync(bank, set, options, report, cancellationToken);
        }
    }

    private static async Task ReferencesAsync(
        BenchmarkBank bank, LineSet set, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Say($"references, {set.Lines.Length:N0} rows");
        var rows = ReferenceRow.Of(bank.Registry, set);
        await using var database = await bank.NewEmptyAsync(cancellationToken);
        await ReferenceTable.CopyAsync(database, rows[..Math.Min(rows.Length, 20_000)], cancellationToken);
        report.Measured(Figures.Copy, await ReferenceTable.CopyAsync(database, rows, cancellationToken));
        report.Measured(Figures.RowInserts, await RowInserts.RunAsync(database, rows, options.Box, cancellationToken));
        report.Measured(Figures.StateWrites, await StateWrites.RunAsync(database, options.Box, cancellationToken));
    }

    private static async Task ProductAsync(
        BenchmarkBank bank, LineSet set, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Say("the product");
        var files = new ClearingFileWriter(bank.Registry, options.Format);
        var expected = new ExpectedSums(bank.Registry, set);
        await using var warm = await WarmedProduct.StartAsync(bank, options, cancellationToken);

        var fresh = await warm.MeasureAsync(files.Write(bank, set, "fresh"), cancellationToken);
        expected.CheckFresh(fresh.Report);
        report.Measured(Figures.BulkFresh, set.Lines.Length / fresh.Elapsed.TotalSeconds);

        var again = await warm.MeasureAsync(files.Write(bank, set.ShuffledAnew(options.Seed + 1), "again"), cancellationToken);
        expected.CheckDuplicates(again.Report);
        report.Measured(Figures.BulkDuplicates, set.Lines.Length / again.Elapsed.TotalSeconds);
        expected.CheckDay(await warm.Product.VolumesAsync(set.Date, set.Date, cancellationToken));
    }
}
