namespace Acquiring.Core.Alarms;

public enum AlarmKind
{
    /// <summary>A borrower's machines are quiet while the loan is open.</summary>
    LoanQuiet = 1,

    /// <summary>A merchant's volume fell against its own history.</summary>
    VolumeFall,

    /// <summary>Transactions disagree with the five-item binding of a machine.</summary>
    BindingDisagrees,

    /// <summary>A merchant's fees of the window lie below what issuer and network take.</summary>
    NegativeMargin,
}

/// <summary>How much it presses; also the level of an alarm.</summary>
public enum AlarmSeverity
{
    Notice = 1,
    Warning,
    Critical,
}

/// <summary>Why an alarm's cause is no more.</summary>
public enum AlarmEnd
{
    /// <summary>The borrower sold again.</summary>
    ActiveAgain = 1,

    /// <summary>No loan is open any more.</summary>
    LoanClosed,

    /// <summary>Volume is back, or what it is held against has become as low.</summary>
    VolumeBack,

    /// <summary>The case was explained or closed.</summary>
    CaseDecided,

    /// <summary>The fees of the window cover their cost, or there were none.</summary>
    MarginBack,
}
