using Acquiring.Backend.Night;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Transactions;
using Acquiring.Core.WorkTerms;
using Npgsql;

namespace Acquiring.Backend.FollowUp.Run;

/// <summary>
/// What follows the findings, apart from the sweep that made them and at a pace: at most so many machines a night, a few in a transaction. What is
/// left waits for the next night and comes first.
/// </summary>
internal sealed class FollowStep(TakeTerminalStep steps, NpgsqlDataSource database, TimeProvider clock) : INightStep
{
    /// <summary>What a dry run looks at before it stops.</summary>
    private const int PreviewMax = 100_000;

    private readonly FollowChunk _chunk = new(steps, clock);

    public NightStep Step => NightStep.Follow;

    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        WorkTermsOnDate? terms = null;
        var isLast = false;
        await run.CommitAsync(
            async connection =>
            {
                isLast = await FollowNight.BeginAsync(connection, run.Date, clock.GetUtcNow().UtcDateTime, cancellationToken);
                terms = await WorkTermsOnDate.LoadAsync(connection, run.Date, cancellationToken);
            },
            cancellationToken: cancellationToken);
        var total = terms!.Of(WorkTerm.FollowPerNight);
        var share = (int)((total * (run.Shard + 1) / run.Shards) - (total * run.Shard / run.Shards));
        var goesOn = isLast;
        while (goesOn)
        {
            var services = 0;
            goesOn = false;
            await run.CommitAsync(
                async connection =>
                {
                    var room = share - await FollowNight.FollowedAsync(connection, run.Date, run.Shard, cancellationToken);
                    var next = room <= 0 ? [] : await FollowNight.NextAsync(
                        connection, run.Shard, run.Shards, Math.Min(room, FollowChunk.TerminalsMax), cancellationToken);
                    if (next.Length > 0)
                    {
                        (var followed, services) = await _chunk.RunAsync(connection, next, run.Date, terms, cancellationToken);
                        await FollowNight.FinishAsync(connection, run.Date, run.Shard, next, followed, cancellationToken);
                        goesOn = true;
                    }
                },
                cancellationToken: cancellationToken);
            if (services > 0)
            {
                steps.Tell();
            }
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select case s.act when 'open' then f.kind when 'reopen' then f.kind when 'end' then 'ended' else 'overdue' end, count(*)
            from follow_up_step s join follow_up f using (follow_up_id)
            where s.business_date = $1
            group by 1
            union all
            select 'waiting', count(*) from follow_up_due where noted_on <= $1 having count(*) > 0
            """,
            connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <summary>Decides as the night does and writes nothing; the notes it begins with are taken back.</summary>
    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await FollowNight.BeginAsync(connection, date, clock.GetUtcNow().UtcDateTime, cancellationToken))
        {
            return new(null, new Dictionary<string, long>(), []);
        }

        var terms = await WorkTermsOnDate.LoadAsync(connection, date, cancellationToken);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var changes = new List<NightChange>();
        var room = terms.Of(WorkTerm.FollowPerNight);
        foreach (var ids in (await FollowNight.NextAsync(connection, 0, 1, PreviewMax, cancellationToken)).Chunk(500))
        {
            foreach (var terminal in await FollowFactsReader.ReadAsync(connection, ids, date, BusinessTime.Today(clock), cancellationToken))
            {
                var moves = DecideFollowUp.Of(terminal.Facts, date);
                if (moves.Count > 0 && room-- <= 0)
                {
                    counts["waiting"] = counts.GetValueOrDefault("waiting") + 1;
                    continue;
                }

                foreach (var move in moves)
                {
                    var word = move.Act switch { FollowUpAct.End => "ended", FollowUpAct.Expire => "overdue", _ => FollowUpWords.Of(move.Kind) };
                    counts[word] = counts.GetValueOrDefault(word) + 1;
                    if (changes.Count < NightPreview.ChangesMax)
                    {
                        changes.Add(new(terminal.TerminalNo, word, move.Why is { } why ? FollowUpWords.Of(why) : $"{move.Since:yyyy-MM-dd}"));
                    }
                }
            }
        }

        return new(null, counts, changes);
    }
}
