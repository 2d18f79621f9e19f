using Acquiring.Backend.Tiers.Rules;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>What a run did, or would do.</summary>
/// <param name="Judged">Merchants whose rules were judged.</param>
/// <param name="Graded">Merchants whose month was graded.</param>
/// <param name="Moves">How many decisions of each kind.</param>
/// <param name="Sample">The first decisions, at most <see cref="SampleMax"/>.</param>
internal sealed record TierRunResult(
    TierNight Night, int Judged, int Graded, IReadOnlyDictionary<TierMove, int> Moves, IReadOnlyList<WrittenTier> Sample)
{
    public const int SampleMax = 500;
}

/// <summary>
/// Runs the tiers for a business date. One part after the other, each a transaction: cut off, it goes on with the parts that are not done;
/// done again, it finds them done. Several workers share a date by shards.
/// </summary>
public sealed class RunTiers(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// A worker's share of a date, for a job: <paramref name="commit"/> runs the effects in a transaction of its own, fenced or not, and
    /// commits. Refuses as <see cref="TierNight.BeginAsync"/> says, by <see cref="RefusedException"/>.
    /// </summary>
    /// <param name="shard">0 to <paramref name="shards"/> − 1; each has a contiguous range of merchant ids.</param>
    /// <returns>How many decisions were written.</returns>
    public async Task<int> RunShardAsync(
        DateOnly date, int shard, int shards, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken) =>
        (await RunAsync(date, shard, shards, dryRun: false, commit, cancellationToken)).Moves.Values.Sum();

    internal async Task<Result<TierRunResult>> RunAsync(DateOnly date, bool dryRun, CancellationToken cancellationToken)
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

    private async Task<TierRunResult> RunAsync(
        DateOnly date, int shard, int shards, bool dryRun, Func<Func<NpgsqlConnection, Task>, Task> commit, CancellationToken cancellationToken)
    {
        TierNight? night = null;
        TierRuleSet? rules = null;
        await commit(async connection =>
        {
            night = (await TierNight.BeginAsync(connection, date, dryRun, clock.GetUtcNow().UtcDateTime, cancellationToken)).Value;
            rules = await TierRuleSets.LoadAsync(connection, night.RuleSetVersion, cancellationToken);
        });
        var (judged, graded) = (0, 0);
        var moves = new SortedDictionary<TierMove, int>();
        var sample = new List<WrittenTier>();
        foreach (var block in night!.BlocksOf(shard, shards))
        {
            TierBlockResult? done = null;
            await commit(async connection =>
                done = await TierBlock.RunAsync(connection, night, rules!, block, dryRun, clock, cancellationToken));
            judged += done!.Judged;
            graded += done.Graded;
            foreach (var written in done.Written)
            {
                moves[written.Change.Move] = moves.GetValueOrDefault(written.Change.Move) + 1;
            }

            sample.AddRange(done.Written.Take(TierRunResult.SampleMax - sample.Count));
        }

        return new(night, judged, graded, moves, sample);
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
