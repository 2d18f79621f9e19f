using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>How one try at a shard ended.</summary>
public enum JobOutcome
{
    Done,

    /// <summary>It failed and is due again later, or failed for good.</summary>
    Failed,

    /// <summary>The lease was lost; the shard is another's, and nothing was written since.</summary>
    StaleLease,

    /// <summary>A person cancelled it.</summary>
    Cancelled,

    /// <summary>The process stops; the shard was given back.</summary>
    Released,
}

/// <summary>
/// Runs claimed shards: the same for the tick loop and for Hangfire's workers. Calling it too often is harmless, since the ledger decides
/// whether there is anything to do.
/// </summary>
public sealed partial class JobWorker(
    JobLedger ledger, JobCatalog jobs, NpgsqlDataSource dataSource, TimeProvider clock, ILogger<JobWorker> log)
{
    private static readonly string s_owner = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Runs what is due, one shard after the other, until nothing is.</summary>
    /// <returns>How many shards were begun.</returns>
    public Task<int> RunDueAsync(CancellationToken cancellationToken) => RunDueAsync(jobs.Names, cancellationToken);

    /// <param name="only">Of the jobs this process can do.</param>
    public async Task<int> RunDueAsync(IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        for (var begun = 0; ; begun++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ledger.ClaimAsync(only, s_owner, cancellationToken) is not { } lease)
            {
                return begun;
            }

            await RunAsync(lease, cancellationToken);
        }
    }

    /// <summary>Runs this shard if it is due now; <c>null</c> when it is not: done, another's, waiting for an earlier date or never asked for.</summary>
    public async Task<JobOutcome?> RunOneAsync(string job, DateOnly date, int shard, CancellationToken cancellationToken) =>
        jobs.TryFind(job, out _) && await ledger.ClaimAsync([job], s_owner, cancellationToken, date, shard) is { } lease
            ? await RunAsync(lease, cancellationToken)
            : null;

    private async Task<JobOutcome> RunAsync(JobLease lease, CancellationToken stoppingToken)
    {
        var outcome = await TryAsync(lease, stoppingToken);
        LogEnded(lease.Job, lease.BusinessDate, lease.Shard, lease.Run, lease.Token, outcome);
        return outcome;
    }

    private async Task<JobOutcome> TryAsync(JobLease lease, CancellationToken stoppingToken)
    {
        jobs.TryFind(lease.Job, out var job);
        using var run = new JobRun(dataSource, ledger, lease);
        await using var heartbeat = new JobHeartbeat(run, clock, stoppingToken);
        try
        {
            await job!.RunAsync(run, heartbeat.Token);
            return Of(await ledger.CompleteAsync(lease, CancellationToken.None), JobOutcome.Done);
        }
        catch (LeaseLostException e)
        {
            return Of(e.Answer, JobOutcome.StaleLease);
        }
        catch (OperationCanceledException) when (heartbeat.Lost is { } lost)
        {
            return Of(lost, JobOutcome.StaleLease);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return Of(await ledger.ReleaseAsync(lease, CancellationToken.None), JobOutcome.Released);
        }
        catch (Exception e) when (heartbeat.Lost is null)
        {
            var code = FailureHandler.RefusalOf(e)?.Code ?? JobRefusals.BugCode;
            LogFailed(e, lease.Job, lease.BusinessDate, lease.Shard, code);
            return Of(await ledger.FailAsync(lease, code, CancellationToken.None), JobOutcome.Failed);
        }
        catch (Exception e)
        {
            LogFailed(e, lease.Job, lease.BusinessDate, lease.Shard, JobRefusals.LeaseLostCode);
            return Of(heartbeat.Lost ?? LeaseAnswer.StaleLease, JobOutcome.StaleLease);
        }
    }

    private static JobOutcome Of(LeaseAnswer answer, JobOutcome held) => answer switch
    {
        LeaseAnswer.Held => held,
        LeaseAnswer.Cancelled => JobOutcome.Cancelled,
        _ => JobOutcome.StaleLease,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} {Date} shard {Shard} run {Run} token {Token}: {Outcome}")]
    private partial void LogEnded(string job, DateOnly date, int shard, int run, long token, JobOutcome outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} {Date} shard {Shard} failed with {Code}")]
    private partial void LogFailed(Exception exception, string job, DateOnly date, int shard, string code);
}
