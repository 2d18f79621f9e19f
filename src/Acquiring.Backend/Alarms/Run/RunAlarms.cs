using Acquiring.Backend.Alarms.Policies;
using Acquiring.Core.Alarms;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>What a run did, or would do.</summary>
/// <param name="Judged">Merchants and cases that were looked at.</param>
/// <param name="Sample">The first changes, at most <see cref="SampleMax"/>.</param>
internal sealed record AlarmRunResult(AlarmNight Night, int Judged, IReadOnlyDictionary<AlarmAct, int> Acts, IReadOnlyList<WrittenAlarm> Sample)
{
    public const int SampleMax = 500;
}

/// <summary>
/// Runs the alarms for a business date. One part after the other, each a transaction: cut off, it goes on with the parts that are not done;
/// done again, it finds them done. Several workers share a date by shards.
/// </summary>
public sealed class RunAlarms(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// A worker's share of a date, for a job: <paramref name="commit"/> runs the effects in a transaction of its own, fenced or not, and
    /// commits. Refuses as <see cref="AlarmNight.BeginAsync"/> says, by <see cref="RefusedException"/>.
    /// </summary>
    /// <param name="shard">0 to <paramref name="shards"/> − 1; each has a contiguous range of merchant ids.</param>
    /// <returns>How many alarms were raised, changed or ended.</returns>
    public async Task<int> RunShardAsync(
        DateOnly date, int shard, int shards, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken) =>
        (await RunAsync(date, shard, shards, dryRun: false, commit, cancellationToken)).Acts.Values.Sum();

    internal async Task<Result<AlarmRunResult>> RunAsync(DateOnly date, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(date, 0, 1, dryRun, effects => InTransactionAsync(effects, dryRun, cancellationToken), cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }
    }

    private async Task<AlarmRunResult> RunAsync(
        DateOnly date, int shard, int shards, bool dryRun, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken)
    {
        AlarmNight? night = null;
        AlarmPolicy? policy = null;
        AlarmCalendar? calendar = null;
        await commit(async connection =>
        {
            var begun = await AlarmNight.BeginAsync(connection, date, dryRun, clock.GetUtcNow().UtcDateTime, cancellationToken);
            night = begun.Refusal is { } refusal ? throw new RefusedException(refusal) : begun.Value;
            policy = await AlarmPolicies.LoadAsync(connection, night.PolicyVersion, cancellationToken);
            calendar = await AlarmCalendar.OnAsync(connection, date, cancellationToken);
        });
        var judged = 0;
        var acts = new SortedDictionary<AlarmAct, int>();
        var sample = new List<WrittenAlarm>();
        foreach (var block in night!.BlocksOf(shard, shards))
        {
            AlarmBlockResult? done = null;
            await commit(async connection =>
                done = await AlarmBlock.RunAsync(connection, night, policy!, calendar!, block, dryRun, clock, cancellationToken));
            judged += done!.Judged;
            foreach (var written in done.Written)
            {
                acts[written.Act] = acts.GetValueOrDefault(written.Act) + 1;
            }

            sample.AddRange(done.Written.Take(AlarmRunResult.SampleMax - sample.Count));
        }

        return new(night, judged, acts, sample);
    }

    private async Task InTransactionAsync(Func<NpgsqlConnection, Task> effects, bool dryRun, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await effects(connection);
        if (!dryRun)
        {
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
