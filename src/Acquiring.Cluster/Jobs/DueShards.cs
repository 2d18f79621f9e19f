using Acquiring.Backend.Platform.Jobs;
using Hangfire;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// Puts what the ledger says is due into Hangfire's queue, each shard as a call by its ids. A shard that is called twice, by two silos at once,
/// is done once: whoever comes second finds nothing to claim.
/// </summary>
internal sealed class DueShards(JobLedger ledger, JobCatalog jobs, IBackgroundJobClient queue, JobStorage storage) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Calls every shard that may be claimed now and does not wait in the queue already.</summary>
    /// <returns>How many were called.</returns>
    public async Task<int> CallAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var due = await ledger.ClaimableAsync(jobs.Names, JobLimits.ShardsMax, cancellationToken);
            if (due.Count == 0)
            {
                return 0;
            }

            var waiting = Waiting();
            var called = 0;
            foreach (var (job, date, shard) in due)
            {
                var day = ShardCalls.Text(date);
                if (waiting.Add((job, day, shard)))
                {
                    queue.Enqueue<ShardCalls>(c => c.RunAsync(job, day, shard, CancellationToken.None));
                    called++;
                }
            }

            return called;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>An ended date lets the next one of its job go, which waited for it.</summary>
    public async Task CallNextAsync(string job, DateOnly ended, CancellationToken cancellationToken)
    {
        if (await ledger.ClaimableAsync([job], 1, cancellationToken) is [var next] && next.Date != ended)
        {
            await CallAsync(cancellationToken);
        }
    }

    public void Dispose() => _one.Dispose();

    private HashSet<(string Job, string Date, int Shard)> Waiting()
    {
        var waiting = new HashSet<(string, string, int)>();
        foreach (var (_, call) in storage.GetMonitoringApi().EnqueuedJobs(ShardCalls.Queue, 0, JobLimits.ShardsMax))
        {
            if (call?.Job is { Method.Name: nameof(ShardCalls.RunAsync), Args: [string job, string date, int shard, ..] })
            {
                waiting.Add((job, date, shard));
            }
        }

        return waiting;
    }
}
