using Acquiring.Benchmarks.Bank;
using Acquiring.Benchmarks.Bulk;
using Acquiring.Benchmarks.Growth;
using Acquiring.Benchmarks.Online;

namespace Acquiring.Benchmarks;

/// <summary>One run: a bank of its own, then the parts one after the other on the same server.</summary>
internal static class JournalBenchmark
{
    public static async Task RunAsync(JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Say($"a bank of {BankRegistry.MerchantCount:N0} merchants and {BankRegistry.TerminalCount:N0} terminals");
        await using var bank = await BenchmarkBank.StartAsync(new BankRegistry(options.Seed), report, cancellationToken);
        if (options.Measures(JournalPart.Bulk))
        {
            await BulkBenchmark.RunAsync(bank, options, report, cancellationToken);
        }

        if (options.Measures(JournalPart.Online))
        {
            await OnlineBenchmark.RunAsync(bank, options, report, cancellationToken);
        }

        if (options.Measures(JournalPart.Growth))
        {
            await GrowthBenchmark.RunAsync(bank, options, report, cancellationToken);
        }
    }
}
