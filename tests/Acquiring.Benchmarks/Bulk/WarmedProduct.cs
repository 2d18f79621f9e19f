using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Lines;

namespace Acquiring.Benchmarks.Bulk;

/// <summary>The product on a fresh database, after a small file: a bank's host has been running for long when the day's file comes.</summary>
internal sealed class WarmedProduct : IAsyncDisposable
{
    private const int WarmLinesMax = 50_000;

    private readonly BankDatabase _database;

    private WarmedProduct(BankDatabase database, Product product) => (_database, Product) = (database, product);

    public Product Product { get; }

    public static int WarmLines(JournalOptions options) => Math.Min(WarmLinesMax, options.Lines);

    public static async Task<WarmedProduct> StartAsync(BenchmarkBank bank, JournalOptions options, CancellationToken cancellationToken)
    {
        var database = await bank.NewAsync(cancellationToken);
        var warm = new WarmedProduct(database, Product.On(database.DataSource, bank.Key));
        var lines = LineGenerator.Generate(
            bank.Registry, JournalOptions.Date.AddDays(-1), WarmLines(options), options.ReturnsShare, options.Seed);
        await warm.MeasureAsync(new ClearingFileWriter(bank.Registry, options.Format).Write(bank, lines, "warm"), cancellationToken);
        return warm;
    }

    /// <summary>Takes one file in, and removes it.</summary>
    public async Task<(ClearingFileReport Report, TimeSpan Elapsed)> MeasureAsync(string path, CancellationToken cancellationToken)
    {
        await _database.CheckpointAsync(cancellationToken);
        // What the generator left behind is not the product's to collect.
        GC.Collect();
        var measured = await Product.IngestAsync(path, cancellationToken);
        File.Delete(path);
        return measured;
    }

    public async ValueTask DisposeAsync()
    {
        await Product.DisposeAsync();
        await _database.DisposeAsync();
    }
}
