namespace Acquiring.Core.Merchants;

/// <summary>Where a merchant stands (domain §2). The stored and shown word is the name in camel case.</summary>
public enum MerchantState
{
    Draft = 1,
    Submitted,

    /// <summary>Fields were named that must be mended; then it is submitted again.</summary>
    NeedsFix,

    Verified,
#pragma warning disable CA1720 // It is the field's word for a merchant with a contract.
    Signed,
#pragma warning restore CA1720
    Active,

    /// <summary>Takes payments, but not all of them; its open holds say which, who set them, why, and what lifts them.</summary>
    Restricted,

    /// <summary>Sells nothing. What was sold may still be given back.</summary>
    Suspended,

    /// <summary>For good; its machines went back to stock.</summary>
    Closed,
}

/// <summary>What people do with a merchant; each is recorded with who, when and why.</summary>
public enum MerchantAct
{
    Submit = 1,
    AskForFixes,
    Verify,
    Sign,
    Activate,
    Restrict,
    Suspend,
    Lift,
    Close,
}
