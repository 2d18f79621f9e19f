using Acquiring.Backend.Platform.Jobs;
using Npgsql;

namespace Acquiring.Backend.Night;

/// <summary>
/// What a step of the night does. It is run through the job ledger and keeps to the rules of <see cref="IJob"/>: cut off at any point, run by
/// two at once or again years later, what stands afterwards is the same.
/// </summary>
public interface INightStep
{
    NightStep Step { get; }

    /// <summary>1 to <see cref="JobLimits.ShardsMax"/>.</summary>
    int Shards => 1;

    /// <summary>Does one shard; effects go through <see cref="JobRun.CommitAsync"/>.</summary>
    Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken);

    /// <summary>What the step came to for a date, counted from what it wrote, so that no cut or repetition can make it wrong.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken);

    /// <summary>What the step would change now, were it the only one done. Writes nothing.</summary>
    Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken);
}
