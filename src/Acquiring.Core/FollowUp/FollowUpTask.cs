namespace Acquiring.Core.FollowUp;

/// <summary>What somebody has to do because of a finding. The stored and shown word is the name in camel case.</summary>
public enum FollowUpKind
{
    /// <summary>Three months without a transaction: the merchant's identity is verified again, by a deadline.</summary>
    Reverify = 1,

    /// <summary>Twelve months without a transaction: service is stopped, the machine is to be fetched.</summary>
    Recover,

    /// <summary>Low volume, first stage: the merchant is reminded.</summary>
    Remind,

    /// <summary>Low volume, second stage: the merchant is shown what the machine can do.</summary>
    Train,

    /// <summary>Low volume, third stage: another price is looked for.</summary>
    Reprice,

    /// <summary>Low volume, last stage: the machine is proposed for removal.</summary>
    ProposeRemoval,
}

public enum FollowUpState
{
    Open = 1,

    /// <summary>By somebody with a result, or by its deadline.</summary>
    Done,

    /// <summary>By somebody who said why; what it was about is not followed any more.</summary>
    Cancelled,

    /// <summary>By itself: what it was about is over.</summary>
    Ended,
}

public enum FollowUpAct
{
    Reassign = 1,
    Complete,
    Cancel,

    /// <summary>By the night: what it was about is over.</summary>
    End,

    /// <summary>By the night: the deadline of a re-verification passed.</summary>
    Expire,

    /// <summary>By the night: what it was about turned out not to be over, such as after a withdrawn file.</summary>
    Reopen,
}

/// <summary>How a task was done.</summary>
public enum FollowUpResult
{
    /// <summary>A re-verification that found everything in order; it ends the watch.</summary>
    Passed = 1,

    /// <summary>A re-verification that failed; service is suspended.</summary>
    Failed,

    /// <summary>Any other task.</summary>
    Done,

    /// <summary>Of a re-verification, by the night: nobody did it in time; service is suspended.</summary>
    Overdue,
}

/// <summary>Why a task ended by itself.</summary>
public enum FollowUpEnd
{
    /// <summary>The machine sold after the silence that was found.</summary>
    SoldAgain = 1,

    /// <summary>The volume is not low any more, or the machine is exempt.</summary>
    Cleared,

    /// <summary>The longer clock ran out: another task takes its place.</summary>
    Superseded,

    /// <summary>A late file moved the clock: it has not run out after all.</summary>
    ClockMoved,

    /// <summary>The machine works for this merchant no longer.</summary>
    LeftMerchant,

    /// <summary>It is a spare by now.</summary>
    Spare,
}
