using Acquiring.Backend.Platform.Jobs;
using Npgsql;

namespace Acquiring.Backend.Tests.Platform.Jobs;

/// <summary>Five steps; each adds its number to a table and goes on from there. What a test wants to happen on the way, it hooks in.</summary>
internal sealed class TallyJob(string name = "tally", int shards = 1) : IJob
{
    public const int Steps = 5;

    public string Name => name;

    /// <summary>Called before each step is committed, with its number.</summary>
    public Func<JobRun, int, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Called in the transaction of a step, after its effect.</summary>
    public Func<NpgsqlConnection, int, Task> Within { get; set; } = (_, _) => Task.CompletedTask;

    public List<(DateOnly Date, int Shard, int FirstStep)> Begun { get; } = [];

    public int ShardsFor(DateOnly date) => shards;

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var first = (run.Checkpoint<Place>()?.Step ?? 0) + 1;
        lock (Begun)
        {
            Begun.Add((run.Date, run.Shard, first));
        }

        for (var step = first; step <= Steps; step++)
        {
            await Before(run, step, cancellationToken);
            await run.CommitAsync(connection => AddAsync(connection, run, step), new Place(step), step, Steps, cancellationToken);
        }
    }

    private async Task AddAsync(NpgsqlConnection connection, JobRun run, int step)
    {
        await using var command = new NpgsqlCommand("insert into tally values ($1, $2, $3, $4)", connection);
        command.Parameters.Add(new() { Value = run.Date });
        command.Parameters.Add(new() { Value = run.Shard });
        command.Parameters.Add(new() { Value = run.Run });
        command.Parameters.Add(new() { Value = step });
        await command.ExecuteNonQueryAsync();
        await Within(connection, step);
    }

    private sealed record Place(int Step);
}
