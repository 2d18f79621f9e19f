using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Online;

internal static class OnlineBenchmark
{
    public static Task RunAsync(BenchmarkBank bank, JournalOptions options, Report report, CancellationToken cancellationToken)
    {
        report.Remark("online: not measured yet");
        return Task.CompletedTask;
    }
}
