namespace Acquiring.Core.Scorecards;

/// <summary>
/// What branches and account managers are measured by. Each is a count or a sum of fen that adds up over merchants, branches and, where it is
/// a flow, dates. The word shown is the name in camel case. Their order is that of the stored columns.
/// </summary>
public enum ScorecardMeasure
{
    /// <summary>Merchants that may trade or did so until they were restricted or suspended; at the end of the period.</summary>
    MerchantsOpen,

    /// <summary>Of these, those with a sale in the last 30 days.</summary>
    MerchantsActive,

    /// <summary>Of the open ones, those on the rural list.</summary>
    RuralMerchants,

    /// <summary>Machines at a merchant's, spares too; no plates.</summary>
    TerminalsInstalled,

    /// <summary>Of these, those on one of the two legal idle clocks: three months and longer.</summary>
    IdleTerminals,

    /// <summary>Of these, those idle for twelve months.</summary>
    IdleYearTerminals,

    /// <summary>Sales less refunds and reversals, in fen, by the date they were posted to; below 0 when more was given back.</summary>
    VolumeFen,

    /// <summary>Sales that stand.</summary>
    Transactions,

    /// <summary>The acquirer's part of the fees, in fen; below 0 when it costs more than it earns.</summary>
    CommissionFen,

    /// <summary>Of the volume, that of merchants on the rural list.</summary>
    RuralVolumeFen,

    /// <summary>Machines that were fetched.</summary>
    TerminalsRemoved,

    /// <summary>Machines that were fetched before and were given to another merchant.</summary>
    TerminalsRedeployed,

    TierPromotions,
    TierDemotions,
}

/// <summary>A part of a whole, in ten-thousandths.</summary>
public enum ScorecardShare
{
    /// <summary>Open merchants that are active.</summary>
    ActiveShare,

    /// <summary>Installed machines that are idle.</summary>
    IdleShare,

    /// <summary>Open merchants on the rural list.</summary>
    RuralMerchantShare,

    /// <summary>Volume of merchants on the rural list.</summary>
    RuralVolumeShare,
}
