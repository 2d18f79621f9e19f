namespace Acquiring.Core.Messages;

/// <summary>What an attempt makes of a message.</summary>
/// <param name="NextAt">When it is tried again; <c>null</c> unless it waits.</param>
public readonly record struct MessageCourse(MessageState State, DateTimeOffset? NextAt)
{
    private static readonly TimeSpan[] s_waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
    ];

    /// <summary>
    /// A clear failure is tried again until the message is too old. An unknown outcome is tried again only where the gateway knows a
    /// repetition: anywhere else the party could be told twice.
    /// </summary>
    /// <param name="tries">Those so far, this one included.</param>
    /// <param name="mayBeTaken">Whether an earlier attempt ended unknown.</param>
    public static MessageCourse After(
        HandOverOutcome outcome, bool repeatable, int tries, bool mayBeTaken, DateTimeOffset now, DateTimeOffset giveUpAt)
    {
        switch (outcome)
        {
            case HandOverOutcome.Accepted:
                return new(MessageState.Sent, null);
            case HandOverOutcome.Refused:
                return new(MessageState.Refused, null);
            case HandOverOutcome.Unknown when !repeatable:
                return new(MessageState.Unknown, null);
        }

        var next = now + s_waits[Math.Clamp(tries - 1, 0, s_waits.Length - 1)];
        return next < giveUpAt ? new(MessageState.Waiting, next) : new(TooOld(mayBeTaken || outcome == HandOverOutcome.Unknown), null);
    }

    /// <summary>One that may have been taken is not said to have expired.</summary>
    public static MessageState TooOld(bool mayBeTaken) => mayBeTaken ? MessageState.Unknown : MessageState.Expired;

    /// <summary>What a person may send again. Not what was sent: a second message is then another one.</summary>
    public static bool CanBeSentAgain(MessageState state) =>
        state is MessageState.Unknown or MessageState.Refused or MessageState.Expired or MessageState.NoAddress;
}
