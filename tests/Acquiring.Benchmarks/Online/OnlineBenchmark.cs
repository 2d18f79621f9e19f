using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Lines;
using Acquiring.Benchmarks.References;
using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.Online;

/// <summary>A gateway's posts to the real host, beside pgbench with the bare insert of the same row at the same number of clients.</summary>
internal static class OnlineBenchmark
{
    private const int Connections = PgBench.Clients;

    public static async Task RunAsync(BenchmarkBank bank, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Remark(
            $"online: after a warm-up of single posts and batches; {Connections} connections; latency at half the best rate, by the clock; "
            + $"NDJSON: {NdjsonBatch.Lines} lines a batch, {NdjsonBatch.Connections} connections. The load generator shares the processors.");
        for (var turn = 0; turn < options.Repeat; turn++)
        {
            await ReferencesAsync(bank, options, report, cancellationToken);
            await using var database = await bank.NewAsync(cancellationToken);
            await using var host = await HostProcess.StartAsync(bank, database, cancellationToken);
            await ProductAsync(bank, database, host, options, report, cancellationToken);
        }
    }

    private static async Task ReferencesAsync(BenchmarkBank bank, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Say("references");
        if (await PgBench.RunAsync(bank, options.Box, cancellationToken) is { } inserts)
        {
            report.Measured(Figures.PgBench, inserts);
        }
        else
        {
            report.Remark("There is no pgbench beside PostgreSQL or in PATH: onlineToPgbench stays empty.");
        }

        if (!options.Measures(JournalPart.Bulk))
        {
            var rows = ReferenceRow.Of(bank.Registry, LineGenerator.Generate(bank.Registry, JournalOptions.Date, options.Lines, options.ReturnsShare, options.Seed));
            await using var database = await bank.NewEmptyAsync(cancellationToken);
            report.Measured(Figures.Copy, await ReferenceTable.CopyAsync(database, rows, cancellationToken));
        }
    }

    private static async Task ProductAsync(
        BenchmarkBank bank, BankDatabase database, HostProcess host, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Say("the host");
        var firstDay = BusinessTime.Today(TimeProvider.System);
        var traffic = new GatewayTraffic(bank.Registry);
        var load = new LoadGenerator(host.EndPoint, traffic);
        long acknowledged = 0;

        var warm = await RunAsync("warm-up, single posts", LoadGenerator.Json, Connections, 1, options.Box, null);
        if (warm is null)
        {
            return;
        }

        // Every grain is awake, every statement prepared.
        warm = await RunAsync("warm-up, batches", LoadGenerator.Ndjson, NdjsonBatch.Connections, NdjsonBatch.Lines, options.Box / 2, null);
        await database.CheckpointAsync(cancellationToken);
        if (await RunAsync("as fast as answers come", LoadGenerator.Json, Connections, 1, options.Box, null) is { } single)
        {
            report.Measured(Figures.Online, single.PerSecond);
            if (await RunAsync("by the clock at half of that", LoadGenerator.Json, Connections, 1, options.Box, single.PerSecond / 2) is { } half)
            {
                report.Measured(Figures.OnlineP50, half.PercentileMs(0.5), lowerIsBetter: true);
                report.Measured(Figures.OnlineP99, half.PercentileMs(0.99), lowerIsBetter: true);
            }
        }

        await database.CheckpointAsync(cancellationToken);
        if (warm is not null
            && await RunAsync("batches", LoadGenerator.Ndjson, NdjsonBatch.Connections, NdjsonBatch.Lines, options.Box, null) is { } batches)
        {
            report.Measured(Figures.Ndjson, batches.PerSecond);
        }

        await using var product = Product.On(database.DataSource, bank.Key);
        var volumes = await product.VolumesAsync(firstDay, firstDay.AddDays(1), cancellationToken);
        WrongFiguresException.Unless(
            volumes.Sum(v => (long)v.Sales) == acknowledged && volumes.Sum(v => v.Gross.AmountFen) == traffic.AmountsFen,
            $"{acknowledged} posts of {traffic.AmountsFen} fen were acknowledged, the volumes hold {volumes.Sum(v => (long)v.Sales)} of {volumes.Sum(v => v.Gross.AmountFen)}");

        async Task<Load?> RunAsync(string what, string contentType, int connections, int lines, TimeSpan box, double? perSecond)
        {
            var done = await load.RunAsync(contentType, connections, lines, box, perSecond, cancellationToken);
            report.Say($"  {what}: {done.Acknowledged:N0} in {done.Elapsed.TotalSeconds:N1} s, median {done.PercentileMs(0.5):N1} ms, p99 {done.PercentileMs(0.99):N1} ms");
            acknowledged += done.Acknowledged;
            if (done.FirstRefusal is { } refusal)
            {
                report.Remark($"{what}: answered {refusal}");
                return null;
            }

            return done;
        }
    }
}
