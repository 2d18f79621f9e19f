using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>
/// The runtime of a single process: every few seconds, and at once when a person asks, it looks for what is due and does it, one shard at a
/// time. A cluster leaves this to
/// Hangfire, which calls <see cref="JobTriggers"/> and <see cref="JobWorker"/> alike.
/// </summary>
public sealed partial class JobTickLoop(
    JobTriggers triggers, JobWorker worker, JobLedger ledger, TimeProvider clock, ILogger<JobTickLoop> log) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var signal = new JobSignal(ledger, clock, s_every);
        try
        {
            while (true)
            {
                await signal.WaitAsync(stoppingToken);
                await LookAsync(triggers.AskDueAsync, stoppingToken);
                await LookAsync(worker.RunDueAsync, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What ran was given back; the next host goes on from its checkpoint.
        }
    }

    private async Task LookAsync(Func<CancellationToken, Task> look, CancellationToken stoppingToken)
    {
        try
        {
            await look(stoppingToken);
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is { Kind: Core.Refusals.RefusalKind.Unavailable })
        {
            LogLater(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug in one trigger must not end the loop for all.
            LogBug(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database does not answer; jobs are looked at later")]
    private partial void LogLater(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking at the jobs failed")]
    private partial void LogBug(Exception exception);
}
