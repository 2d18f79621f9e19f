namespace Acquiring.Backend.Webhooks;

/// <summary>When a delivery that failed is tried again: soon at first, then each hour, for three days.</summary>
internal static class WebhookRetries
{
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] s_waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
    ];

    /// <summary><c>null</c>: not again.</summary>
    /// <param name="attempts">Those before this one, of this delivery or its replays.</param>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset since, DateTimeOffset now)
    {
        var next = now + s_waits[Math.Min(attempts, s_waits.Length - 1)];
        return next - since <= GivenUpAfter ? next : null;
    }
}
