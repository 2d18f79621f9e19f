namespace Acquiring.Backend.Transactions.Online;

/// <summary>The bounds of the online path.</summary>
public static class OnlineLimits
{
    /// <summary>How far a terminal's clock may go ahead of ours.</summary>
    public const int FutureMinutesMax = 5;

    /// <summary>How long a gateway may keep a notice before it sends it; what is older comes with a clearing file.</summary>
    public const int PastDaysMax = 7;

    /// <summary>The body of one notice.</summary>
    public const int NoticeBytesMax = 8 * 1024;

    /// <summary>The body of a batch.</summary>
    public const int BatchBytesMax = 4 * 1024 * 1024;

    public const int BatchLinesMax = 5_000;

    /// <summary>Lines that wait to be posted, over all requests; one more is answered 503.</summary>
    public const int WaitingLinesMax = 50_000;

    /// <summary>Lines in one commit: enough to make it cheap, few enough that the first of them does not wait long for the last.</summary>
    public const int CommitLinesMax = 4_096;

    /// <summary>Lines that are worth copying beside the commit before theirs.</summary>
    public const int CopiedAheadMin = 1_024;

    /// <summary>How long a line may wait for its commit to begin.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    /// <summary>How long the outcome of a broken commit is looked for.</summary>
    public static readonly TimeSpan LookUpMax = TimeSpan.FromSeconds(15);
}

/// <summary>When the clearing day ends, by channel (configuration section <c>Online</c>).</summary>
public sealed class OnlineOptions
{
    public const string Section = "Online";

    /// <summary>The channel of a gateway that names none.</summary>
    public const string DefaultChannel = "default";

    /// <summary>23:00 in China [U: domain §5]; what happens from then on belongs to the next business date.</summary>
    public TimeOnly DayEndsAt { get; set; } = new(23, 0);

    /// <summary>Channels that end otherwise.</summary>
    public Dictionary<string, TimeOnly> DayEndsAtByChannel { get; } = new(StringComparer.Ordinal);

    public TimeOnly DayEndsAtOf(string channel) => DayEndsAtByChannel.TryGetValue(channel, out var at) ? at : DayEndsAt;
}
