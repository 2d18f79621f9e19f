using System.Text.Json;
using Npgsql;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>What a job sees of its shard: which one, from where to go on, and the one way to write.</summary>
public sealed class JobRun : IDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly JobLedger _ledger;
    private readonly JobLease _lease;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private string? _checkpoint;

    public JobRun(NpgsqlDataSource dataSource, JobLedger ledger, JobLease lease)
    {
        _dataSource = dataSource;
        _ledger = ledger;
        _lease = lease;
        _checkpoint = lease.Checkpoint;
    }

    public string Job => _lease.Job;

    public DateOnly Date => _lease.BusinessDate;

    /// <summary>0 to <see cref="Shards"/> − 1.</summary>
    public int Shard => _lease.Shard;

    public int Shards => _lease.Shards;

    /// <summary>1, and one more each time the work begins anew. Effects are keyed by job, date, shard and this.</summary>
    public int Run => _lease.Run;

    /// <summary>What the last commit left, of this worker or of one before it; <c>default</c> at the beginning.</summary>
    public T? Checkpoint<T>() => _checkpoint is null ? default : JsonSerializer.Deserialize<T>(_checkpoint, PlatformJson.Options);

    /// <summary>
    /// Commits effects together with the checkpoint after them. Thrown before or in it, nothing of it is there; cut off in the commit
    /// itself, the next worker's checkpoint tells whether it is. Keep it shorter than a lease between two statements.
    /// </summary>
    /// <param name="effects">Statements on the connection given; never on another.</param>
    /// <param name="checkpoint">Where to go on after it, small; <c>null</c> keeps the last.</param>
    /// <param name="done">How far it is, with <paramref name="total"/>; <c>null</c> keeps the last.</param>
    /// <exception cref="LeaseLostException">Nothing was written. Let it through.</exception>
    public async Task CommitAsync(
        Func<NpgsqlConnection, Task> effects, object? checkpoint = null, long? done = null, long? total = null,
        CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var json = checkpoint is null ? null : JsonSerializer.Serialize(checkpoint, PlatformJson.Options);
            await using var fenced = await FencedTransaction.BeginAsync(_dataSource, _lease, cancellationToken);
            await effects(fenced.Connection);
            await fenced.CommitAsync(json, done, total, cancellationToken);
            _checkpoint = json ?? _checkpoint;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tells people how far it is, without a commit of effects.</summary>
    /// <exception cref="LeaseLostException">The shard is another's by now, or cancelled.</exception>
    public async Task ReportAsync(long done, long? total, CancellationToken cancellationToken)
    {
        var answer = await _ledger.ReportAsync(_lease, done, total, cancellationToken);
        if (answer != LeaseAnswer.Held)
        {
            throw new LeaseLostException(answer);
        }
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>A commit under way holds the shard's row and renews by itself: there is nothing to wait for.</summary>
    internal async Task<LeaseAnswer> RenewAsync(CancellationToken cancellationToken)
    {
        if (!await _writing.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return LeaseAnswer.Held;
        }

        try
        {
            return await _ledger.RenewAsync(_lease, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }
}
