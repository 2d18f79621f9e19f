namespace Acquiring.Core.Onboarding;

/// <summary>
/// Where an application stands (domain §2). The words that a merchant's states share mean the same; the merchant itself begins when its
/// application is active. The stored and shown word is the name in camel case.
/// </summary>
public enum ApplicationState
{
    Draft = 1,
    Submitted,

    /// <summary>Fields were named that must be mended; then it is submitted again.</summary>
    NeedsFix,

    /// <summary>Somebody compared it with its papers. Any change voids that.</summary>
    Verified,
#pragma warning disable CA1720 // It is the field's word for an application with a contract.
    Signed,
#pragma warning restore CA1720

    /// <summary>Approved: the merchant exists.</summary>
    Active,

    /// <summary>The bank said no; for good.</summary>
    Rejected,

    /// <summary>The applicant took it back; for good.</summary>
    Withdrawn,
}

/// <summary>What is done with an application; each is recorded with who, when and why.</summary>
public enum ApplicationAct
{
    /// <summary>Keeps what is written so far, without asking for anything.</summary>
    Save = 1,
    Submit,
    AskForFixes,
    Verify,
    Sign,

    /// <summary>Approves: makes the merchant.</summary>
    Activate,
    Reject,
    Withdraw,
}
