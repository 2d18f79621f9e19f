namespace Acquiring.Backend.Platform.Jobs;

/// <summary>The numbers that the ledger and its workers keep to.</summary>
public static class JobLimits
{
    public const int ShardsMax = 1_000;

    /// <summary>Missed dates that one look asks for; the next look goes on.</summary>
    public const int CatchUpDatesMax = 400;

    /// <summary>After so many failures in a row the shard stays failed until a person has it run again.</summary>
    public const int FailuresMax = 8;

    /// <summary>So often a shard may be claimed without reaching a checkpoint or failing: each time its worker died.</summary>
    public const int AttemptsMax = 100;

    public const int CheckpointBytesMax = 8_192;

    public const int WhyLengthMax = 500;

    /// <summary>How long a claim holds without being renewed, by the database's clock.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>A quarter of the lease: two renewals may be lost.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_backOffFirst = TimeSpan.FromSeconds(30);

    /// <summary>30 s after the first failure, then double each time: 64 minutes after the eighth, were it not the last.</summary>
    public static TimeSpan BackOff(int failures) => s_backOffFirst * (1 << (Math.Clamp(failures, 1, FailuresMax) - 1));
}
