using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Night;

/// <summary>Does the nights that are asked for, and no other job: for a process that ends when its night does.</summary>
internal sealed partial class NightLoop(
    JobWorker worker, JobLedger ledger, IEnumerable<INightStep> steps, TimeProvider clock, ILogger<NightLoop> log) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string[] jobs = [.. steps.Select(s => NightStepJob.NameOf(s.Step))];
        using var signal = new JobSignal(ledger, clock, s_every);
        try
        {
            while (true)
            {
                await signal.WaitAsync(stoppingToken);
                await LookAsync(jobs, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What ran was given back; the next host goes on from there.
        }
    }

    /// <summary>Whoever waits for the night waits out a database that is started again, too.</summary>
    private async Task LookAsync(string[] jobs, CancellationToken stoppingToken)
    {
        try
        {
            await worker.RunDueAsync(jobs, stoppingToken);
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is { Kind: Core.Refusals.RefusalKind.Unavailable })
        {
            LogLater(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database does not answer; the night is looked at later")]
    private partial void LogLater(Exception exception);
}
