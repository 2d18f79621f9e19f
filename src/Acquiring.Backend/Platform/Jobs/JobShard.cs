namespace Acquiring.Backend.Platform.Jobs;

/// <summary>States of a shard; camel-case words in the interface, the same in the table.</summary>
public enum JobState
{
    /// <summary>Waits for a worker, not before <see cref="JobShard.DueAt"/>.</summary>
    Due,

    /// <summary>A worker holds its lease, or held it until it ran out.</summary>
    Running,

    Done,

    /// <summary>Failed too often; waits for a person and holds up the later dates of its job.</summary>
    Failed,

    /// <summary>A person decided that it is not done; later dates go on.</summary>
    Cancelled,
}

/// <summary>One part of a job for a business date, as it stands.</summary>
/// <param name="Shard">0 to <paramref name="Shards"/> − 1.</param>
/// <param name="Asks">How often it was asked for; a re-run names it as the version that was seen.</param>
/// <param name="Run">1, and one more each time the work begins anew; a re-run that goes on from a checkpoint keeps it.</param>
/// <param name="DueAt">Not before; later after a failure.</param>
/// <param name="Attempts">Times it was begun since its last checkpoint.</param>
/// <param name="Failures">Failures in a row since its last checkpoint.</param>
/// <param name="Total">How much there is to do, in the job's own unit; <c>null</c> while unknown.</param>
/// <param name="Error">Code of the last failure; <c>null</c> when it did not fail since it was asked for.</param>
/// <param name="Owner">Who holds the lease: machine and process.</param>
public sealed record JobShard(
    string Job, DateOnly BusinessDate, int Shard, int Shards, int Asks, int Run, JobState State, DateTimeOffset DueAt, int Attempts, int Failures,
    string? Owner, DateTimeOffset? LeaseUntil, long Token, long Done, long? Total, string? Error,
    string AskedBy, DateTimeOffset AskedAt, string? AskedWhy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <summary>Where a job stands in a chain: it waits for the steps before it, and for the chain's earlier dates.</summary>
/// <param name="Chain">Lower-case words joined by hyphens.</param>
/// <param name="Step">From 1 on; the smaller ones first.</param>
public readonly record struct JobPlace(string Chain, int Step);

/// <summary>A claimed shard. Whoever holds this may write, as long as the ledger says the same.</summary>
/// <param name="Token">The fencing token of this claim.</param>
/// <param name="Checkpoint">JSON of the last checkpoint, <c>null</c> at the beginning.</param>
public sealed record JobLease(
    string Job, DateOnly BusinessDate, int Shard, int Shards, int Run, long Token, string? Checkpoint, long Done, long? Total);

/// <summary>Whether a write of a claim holder was taken.</summary>
public enum LeaseAnswer
{
    /// <summary>Written; the lease was held.</summary>
    Held,

    /// <summary>The lease ran out, or another has the shard: nothing was changed.</summary>
    StaleLease,

    /// <summary>A person cancelled the shard: nothing was changed.</summary>
    Cancelled,
}

/// <summary>Tells a job that what it writes is no longer taken. Not caught by jobs; their worker knows it.</summary>
public sealed class LeaseLostException(LeaseAnswer answer) : Exception($"the lease is lost: {answer}")
{
    public LeaseAnswer Answer => answer;
}
