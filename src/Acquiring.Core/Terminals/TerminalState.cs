namespace Acquiring.Core.Terminals;

/// <summary>Where a machine is (domain §2). The stored and shown word is the name in camel case. Spare is a flag, not a state.</summary>
public enum TerminalState
{
    /// <summary>Works for nobody.</summary>
    InStock = 1,

    /// <summary>Bound to a merchant, not set up yet.</summary>
    Assigned,

    /// <summary>Set up at the merchant's, not seen to work yet.</summary>
    Installed,
    Active,

    /// <summary>Three months without a transaction: the merchant's identity is verified again.</summary>
    Watch,

    /// <summary>Stays where it is and takes no sale.</summary>
    Suspended,

    /// <summary>Somebody is to fetch it.</summary>
    RemovalOrdered,

    /// <summary>Fetched; works for nobody, and is looked at before it goes to stock.</summary>
    Recovered,

    /// <summary>For good.</summary>
    Scrapped,

    /// <summary>Lost or stolen; the clearing house is told.</summary>
    Lost,

    /// <summary>Confirmed impossible to fetch: it stays shut, and the clearing house is told.</summary>
    Unrecoverable,
}

/// <summary>What people do with a machine; each is recorded with who, when and why. Taking one into stock makes it and is no act on it.</summary>
public enum TerminalAct
{
    Assign = 1,
    Install,
    Activate,
    Move,

    /// <summary>Out, with another machine in its place.</summary>
    Swap,
    MarkSpare,
    UnmarkSpare,
    Watch,

    /// <summary>The merchant of a watched machine was verified again.</summary>
    Verify,
    Suspend,

    /// <summary>The machine is what it was before it was suspended: one under watch is watched on.</summary>
    Resume,
    OrderRemoval,

    /// <summary>The order is taken back; the machine is what it was before.</summary>
    CancelRemoval,
    Recover,
    ReturnToStock,
    Scrap,
    ReportLost,
    ReportUnrecoverable,
    ReportFound,
}

/// <summary>Why a machine is taken away or replaced: a closed list (domain §2), so that reasons can be counted.</summary>
public enum TerminalReason
{
    Returned = 1,
    Broken,
    LostOrStolen,
    SuspectedTampering,
    EndOfLife,

    /// <summary>By the idle clocks or the low-volume rule.</summary>
    Idle,
    MerchantAsked,
    MerchantClosed,

    /// <summary>Repaired, checked, or never used: fit for the next merchant.</summary>
    FitForUse,

    /// <summary>Confirmed on the spot or by law that it cannot be fetched.</summary>
    CannotBeFetched,
}
