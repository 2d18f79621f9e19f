namespace Acquiring.Core.WorkTerms;

/// <summary>A number that work on idle machines goes by; set by date for a branch and all below it, with its source.</summary>
public enum WorkTerm
{
    /// <summary>Days to verify a merchant again after three months of silence.</summary>
    ReverifyDays = 1,

    /// <summary>Days to fetch a machine after twelve months of silence.</summary>
    RecoverDays,
    RemindDays,
    TrainDays,
    RepriceDays,

    /// <summary>Days of the last stage of low volume, and how long a machine that sold is not proposed again.</summary>
    ProposeRemovalDays,

    /// <summary>Machines that a night follows at most, in the whole bank.</summary>
    FollowPerNight,

    /// <summary>Machines of one branch that a night proposes for removal at most.</summary>
    RemovalsPerNight,

    /// <summary>What a machine costs a month.</summary>
    RentFenPerMonth,

    /// <summary>What its SIM costs a month.</summary>
    SimFenPerMonth,

    /// <summary>How far from the registered premises a fetched machine may be, in metres.</summary>
    ProofDistanceMetres,

    /// <summary>What a new machine costs.</summary>
    NewMachineFen,
}

public static class WorkTermRules
{
    /// <summary>Bounds, inclusive.</summary>
    public static (long Min, long Max) RangeOf(WorkTerm term) => term switch
    {
        WorkTerm.ReverifyDays or WorkTerm.RecoverDays or WorkTerm.RemindDays or WorkTerm.TrainDays or WorkTerm.RepriceDays
            or WorkTerm.ProposeRemovalDays => (1, 365),
        WorkTerm.FollowPerNight => (1, 1_000_000),
        WorkTerm.RemovalsPerNight => (0, 10_000),
        WorkTerm.RentFenPerMonth or WorkTerm.SimFenPerMonth => (0, 10_000_000),
        WorkTerm.ProofDistanceMetres => (10, 50_000),
        WorkTerm.NewMachineFen => (0, 100_000_000),
        _ => throw new ArgumentOutOfRangeException(nameof(term), term, null),
    };

    /// <summary>Whether it is one number for the whole bank.</summary>
    public static bool IsOfWholeBank(WorkTerm term) => term == WorkTerm.FollowPerNight;
}
