using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Night.Steps;

/// <summary>Ranks and grades merchants. A night that comes after a later run of the tiers finds its date passed, and leaves it as it was answered.</summary>
internal sealed class TiersStep(RunTiers tiers, NpgsqlDataSource database) : INightStep
{
    public NightStep Step => NightStep.Tiers;

    /// <summary>So that several silos share a night, and a worker that dies leaves a quarter.</summary>
    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        if (!await IsPassedAsync(run.Date, cancellationToken))
        {
            await tiers.RunShardAsync(
                run.Date, run.Shard, run.Shards, effects => run.CommitAsync(effects, cancellationToken: cancellationToken), cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select move, count(*) from tier_decision where judged_on = $1 group by move", connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <summary>Of a passed date nothing, as the run does.</summary>
    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        if (await IsPassedAsync(date, cancellationToken))
        {
            return NightPreview.Nothing;
        }

        if (!(await tiers.RunAsync(date, dryRun: true, cancellationToken)).Accepted(out var result, out var refusal))
        {
            return NightPreview.Refused(refusal);
        }

        var numbers = await TierRunEndpoint.NumbersAsync(database, result.Sample, cancellationToken);
        return new(
            null, result.Moves.ToDictionary(m => MerchantRefusals.Word(m.Key), m => (long)m.Value),
            [.. result.Sample.Select(s => new NightChange(
                numbers[s.MerchantId], MerchantRefusals.Word(s.Change.Move),
                string.Join(' ', new[] { TierWords.Of(s.Dimension), s.Change.Next.Tier, TierWords.Of(s.Change.Next.Grade) }.OfType<string>())))]);
    }

    private async Task<bool> IsPassedAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select max(business_date) > $1 and not exists (select from tier_night where business_date = $1) from tier_night");
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
