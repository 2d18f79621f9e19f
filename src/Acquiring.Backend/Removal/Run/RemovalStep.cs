using Acquiring.Backend.Night;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.Removal;
using Npgsql;

namespace Acquiring.Backend.Removal.Run;

/// <summary>Withdraws removals whose machines sold or whose tasks are over, then ranks each branch and proposes within its budget.</summary>
internal sealed class RemovalStep(WithdrawRemovals withdraw, RankBranch rank, TakeTerminalStep steps, NpgsqlDataSource database) : INightStep
{
    public NightStep Step => NightStep.Removal;

    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        var (due, branches) = (new List<long>(), new List<string>());
        WorkTermsOnDate? terms = null;
        await run.CommitAsync(
            async connection =>
            {
                if (!await IsPassedAsync(connection, run.Date, cancellationToken))
                {
                    due = await WithdrawRemovals.DueAsync(connection, run.Date, run.Shard, run.Shards, cancellationToken);
                    branches = await RankBranch.BranchesAsync(connection, run.Shard, run.Shards, cancellationToken);
                    terms = await WorkTermsOnDate.LoadAsync(connection, run.Date, cancellationToken);
                }
            },
            cancellationToken: cancellationToken);
        foreach (var some in due.Chunk(WithdrawRemovals.AtOnceMax))
        {
            await run.CommitAsync(
                connection => withdraw.RunAsync(connection, some, run.Date, run.Date, machinesToo: true, cancellationToken), cancellationToken: cancellationToken);
            steps.Tell();
        }

        foreach (var branch in branches)
        {
            await run.CommitAsync(connection => rank.RunAsync(connection, branch, run.Date, terms!, cancellationToken), cancellationToken: cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select to_state, count(*) from removal_step where business_date = $1 group by 1", connection);
        RemovalRows.Add(command, date);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <summary>The step itself on the data as they are, machines left alone, and taken back.</summary>
    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await IsPassedAsync(connection, date, cancellationToken))
        {
            return new(null, new Dictionary<string, long>(), []);
        }

        var due = await WithdrawRemovals.DueAsync(connection, date, 0, 1, cancellationToken);
        var changed = (await withdraw.RunAsync(connection, due, date, date, machinesToo: false, cancellationToken)).ConvertAll(w => w.Removal);
        var terms = await WorkTermsOnDate.LoadAsync(connection, date, cancellationToken);
        foreach (var branch in await RankBranch.BranchesAsync(connection, 0, 1, cancellationToken))
        {
            changed.AddRange(await rank.RunAsync(connection, branch, date, terms, cancellationToken));
        }

        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var removal in changed)
        {
            var word = RemovalRows.Word(removal.State);
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return new(null, counts, [.. changed.Take(NightPreview.ChangesMax).Select(c => new NightChange(
            c.TerminalNo, RemovalRows.Word(c.State), c.State == RemovalState.Withdrawn ? c.EndedWhy : $"{c.Benefit.Fen}"))]);
    }

    /// <summary>A night that comes after a later one: what stands now is that one's, and no budget of a passed date is given out.</summary>
    private static async Task<bool> IsPassedAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from removal_step where business_date > $1)", connection);
        RemovalRows.Add(command, date);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
