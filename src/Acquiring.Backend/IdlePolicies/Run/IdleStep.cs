using Acquiring.Backend.Night;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>Low volume and early warnings. A night that comes after a later one of these verdicts finds its date passed, and leaves it as it was answered.</summary>
internal sealed class IdleStep(RunIdlePolicies verdicts, NpgsqlDataSource database) : INightStep
{
    public NightStep Step => NightStep.Idle;

    /// <summary>So that several silos share a night, and a worker that dies leaves a quarter.</summary>
    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        if (!await IsPassedAsync(run.Date, cancellationToken))
        {
            await verdicts.RunShardAsync(
                run.Date, run.Shard, run.Shards, effects => run.CommitAsync(effects, cancellationToken: cancellationToken), cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select layer, state, count(*) from idle_verdict where judged_on = $1 group by 1, 2", connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var word = VerdictWords.Count(reader.GetString(0), reader.GetString(1));
            counts[word] = counts.GetValueOrDefault(word) + reader.GetInt64(2);
        }

        return counts;
    }

    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        if (!(await verdicts.PreviewAsync(date, cancellationToken)).Accepted(out var result, out var refusal))
        {
            return NightPreview.Refused(refusal);
        }

        var numbers = await NumbersAsync([.. result.Sample.Select(v => v.TerminalId).Distinct()], cancellationToken);
        return new(
            null, result.Counts,
            [.. result.Sample.Select(v => new NightChange(
                numbers[v.TerminalId], VerdictWords.Count(VerdictWords.Of(v.Layer), VerdictWords.Of(v.Verdict.State)), v.Verdict.Rule))]);
    }

    private async Task<Dictionary<int, string>> NumbersAsync(int[] terminals, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select terminal_id, terminal_no from terminal where terminal_id = any($1)");
        command.Parameters.Add(new() { Value = terminals });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return numbers;
    }

    private async Task<bool> IsPassedAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select max(business_date) > $1 and not exists (select from idle_verdict_night where business_date = $1) from idle_verdict_night
            """);
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
