namespace Acquiring.Core.Messages;

/// <summary>What a status of an HTTP gateway says of the message.</summary>
public static class HttpVerdict
{
    /// <summary>
    /// 2xx took it. Of the others only those that by their meaning come before any work was done are clear failures: a gateway that answers
    /// 500, 502 or 504 may have taken it, and then broken.
    /// </summary>
    public static HandOverOutcome Of(int status) => status switch
    {
        >= 200 and < 300 => HandOverOutcome.Accepted,
        // Sent elsewhere, a wrong secret or address, too fast, not ready: another attempt, after somebody mends it, succeeds.
        301 or 302 or 307 or 308 or 401 or 403 or 404 or 405 or 407 or 408 or 421 or 425 or 429 or 501 or 503 or 505 => HandOverOutcome.NotTaken,
        // A conflict is with another request of the same key, which may have taken it.
        409 => HandOverOutcome.Unknown,
        >= 400 and < 500 => HandOverOutcome.Refused,
        _ => HandOverOutcome.Unknown,
    };
}
