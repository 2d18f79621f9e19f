using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <param name="Judged">Merchants that were judged.</param>
/// <param name="Counts">Rows written, by <see cref="VerdictWords.Count"/>.</param>
/// <param name="Sample">The first rows, at most <see cref="SampleMax"/>.</param>
internal sealed record VerdictRunResult(
    VerdictNight Night, int Judged, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<WrittenVerdict> Sample)
{
    public const int SampleMax = 500;
}

/// <summary>
/// Judges by the policies for a business date. One part after the other, each a transaction: cut off, it goes on with the parts that are not done;
/// done again, it finds them done. Several workers share a date by shards.
/// </summary>
public sealed class RunIdlePolicies(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// A worker's share of a date, for a job: <paramref name="commit"/> runs the effects in a transaction of its own, fenced or not, and
    /// commits. Refuses as <see cref="VerdictNight.BeginAsync"/> says, by <see cref="RefusedException"/>.
    /// </summary>
    /// <param name="shard">0 to <paramref name="shards"/> − 1; each has a contiguous range of merchant ids.</param>
    /// <returns>How many rows were written.</returns>
    public async Task<long> RunShardAsync(
        DateOnly date, int shard, int shards, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken) =>
        (await RunAsync(date, shard, shards, dryRun: false, commit, cancellationToken)).Counts.Values.Sum();

    /// <summary>All of a date, in transactions of its own.</summary>
    internal async Task<Result<VerdictRunResult>> RunAsync(DateOnly date, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(date, 0, 1, dryRun: false, InTransactionAsync, cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }

        async Task InTransactionAsync(Func<NpgsqlConnection, Task> effects)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await effects(connection);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>What <see cref="RunAsync(DateOnly, CancellationToken)"/> would do now, done and taken back; an open date as far as it is known.</summary>
    internal async Task<Result<VerdictRunResult>> PreviewAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            return await RunAsync(date, 0, 1, dryRun: true, effects => effects(connection), cancellationToken);
        }
        catch (RefusedException e)
        {
            return e.Refusal;
        }
    }

    internal static SortedDictionary<string, long> Counts(IEnumerable<WrittenVerdict> written)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var v in written)
        {
            var word = VerdictWords.Count(VerdictWords.Of(v.Layer), VerdictWords.Of(v.Verdict.State));
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts;
    }

    private async Task<VerdictRunResult> RunAsync(
        DateOnly date, int shard, int shards, bool dryRun, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken)
    {
        VerdictNight? night = null;
        PolicyCalendar? policies = null;
        await commit(async connection =>
        {
            night = (await VerdictNight.BeginAsync(connection, date, dryRun, clock.GetUtcNow().UtcDateTime, cancellationToken)).Value;
            policies = await PolicyCalendar.LoadAsync(connection, date, cancellationToken);
        });
        var block = new VerdictBlock(night!, policies!, clock);
        var judged = 0;
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var sample = new List<WrittenVerdict>();
        foreach (var blockNo in night!.BlocksOf(shard, shards))
        {
            VerdictBlockResult? done = null;
            await commit(async connection => done = await block.RunAsync(connection, blockNo, cancellationToken));
            judged += done!.Judged;
            foreach (var (word, count) in Counts(done.Written))
            {
                counts[word] = counts.GetValueOrDefault(word) + count;
            }

            sample.AddRange(done.Written.Take(VerdictRunResult.SampleMax - sample.Count));
        }

        return new(night, judged, counts, sample);
    }
}
