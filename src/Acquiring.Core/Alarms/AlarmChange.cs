namespace Acquiring.Core.Alarms;

public enum AlarmAct
{
    Raise = 1,

    /// <summary>To a higher level: it wants to be acknowledged again.</summary>
    Escalate,

    /// <summary>To a lower level.</summary>
    Ease,

    End,
}

/// <summary>What becomes of an alarm from one night to the next: raised once, followed while its cause holds, ended with it.</summary>
public static class AlarmChange
{
    /// <param name="present">The level of the open alarm; <c>null</c> when none is open.</param>
    /// <param name="cause">The level the cause has now; <c>null</c> when there is none.</param>
    public static AlarmAct? Of(AlarmSeverity? present, AlarmSeverity? cause) => (present, cause) switch
    {
        (null, null) => null,
        (null, _) => AlarmAct.Raise,
        (_, null) => AlarmAct.End,
        ({ } before, { } now) => now > before ? AlarmAct.Escalate : now < before ? AlarmAct.Ease : null,
    };
}
