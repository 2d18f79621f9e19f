namespace Acquiring.Core.Messages;

/// <summary>Where a message stands. The stored and shown word is the name in camel case.</summary>
public enum MessageState
{
    Waiting = 1,

    /// <summary>An attempt began; whether it ended is not known yet.</summary>
    Sending,

    /// <summary>The gateway took it.</summary>
    Sent,

    /// <summary>The gateway will never take it as it is: a bad number, a forbidden text.</summary>
    Refused,

    /// <summary>The gateway may have taken it, and could not tell a repetition; only a person sends it again.</summary>
    Unknown,

    /// <summary>It became too old before any gateway took it.</summary>
    Expired,

    /// <summary>Nobody said where the party is reached.</summary>
    NoAddress,

    /// <summary>What it tells of was over before it went out.</summary>
    Withdrawn,
}

/// <summary>How an attempt to hand a message to a gateway ended.</summary>
public enum HandOverOutcome
{
    /// <summary>The gateway said that it took it.</summary>
    Accepted = 1,

    /// <summary>Certainly not taken; another attempt may succeed.</summary>
    NotTaken,

    /// <summary>Certainly not taken, and never will be.</summary>
    Refused,

    /// <summary>Handed over without an answer that says whether it was taken.</summary>
    Unknown,
}

/// <summary>The way to a party.</summary>
public enum MessageChannel
{
    Sms = 1,
    Email,
}
