using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>
/// Work that is due once for a business date. The ledger decides when and who; the class knows neither the runtime it runs in nor the
/// clock. It may be cut off at any point and begun again, by another process too: what it does to the database goes through
/// <see cref="JobRun.CommitAsync"/>, what it needs to go on lies in the checkpoint.
/// </summary>
public interface IJob
{
    /// <summary>Lower-case words joined by hyphens, at most 60 characters; never reused with another meaning.</summary>
    string Name { get; }

    /// <summary>Into how many parts the date is split, 1 to <see cref="JobLimits.ShardsMax"/>. Kept with the date when it is asked for.</summary>
    int ShardsFor(DateOnly date);

    /// <summary>Why the date cannot be asked for now; <c>null</c> when it can.</summary>
    Task<Refusal?> RefuseAsync(DateOnly date, CancellationToken cancellationToken) => Task.FromResult<Refusal?>(null);

    /// <summary>
    /// Does one shard. Returning means done; a <see cref="RefusedException"/> is a failure with its code, any other exception one with
    /// <c>jobs.bug</c>: both are tried again later, from the last checkpoint.
    /// </summary>
    /// <param name="cancellationToken">Ends when the lease is lost, the shard is cancelled or the process stops. Let it through.</param>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);
}
