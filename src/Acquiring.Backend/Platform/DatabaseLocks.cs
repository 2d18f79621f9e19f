namespace Acquiring.Backend.Platform;

/// <summary>Keys of PostgreSQL advisory locks, in one place so that no two meanings share a number.</summary>
/// <remarks>
/// There is one order in which a transaction takes them, so that no two ever wait for each other: <see cref="RequestKeys"/> (it is tried, not
/// waited for), <see cref="RegistryImport"/>, <see cref="Activity"/>, <see cref="Ingest"/>, <see cref="Fold"/>, then rows: in the order of branch,
/// merchant, terminal, and of the keys in each. Whoever needs <see cref="Ingest"/> takes it before its first row, even where it learns only later that it has to. Chunks and groups
/// of sales that are copied ahead of the lock (decision 0009) hold no row of the registry meanwhile: the journal refers to none.
/// The others stand by themselves: who waits for one of them holds none of those above.
/// </remarks>
public static class DatabaseLocks
{
    /// <summary>Held by whatever writes the journal or closes a day, until its transaction ends.</summary>
    public const long Ingest = 0x4143_5155_0001;

    /// <summary>Held while migrations are applied.</summary>
    public const long Migrations = 0x4143_5155_0002;

    /// <summary>Held by an import of the registry from its judging of the rows to the end of its transaction.</summary>
    public const long RegistryImport = 0x4143_5155_0003;

    /// <summary>Held while day volumes are folded; <c>fold_day_volumes()</c> takes it.</summary>
    public const long Fold = 0x4143_5155_0004;

    /// <summary>Held for the life of each process that serves the database: exclusively by a standalone host, shared among silos.</summary>
    public const long Serving = 0x4143_5155_0005;

    /// <summary>Held while a repricing is begun, so that all processes together begin no more than there may be.</summary>
    public const long Repricings = 0x4143_5155_0006;

    /// <summary>Held by the process that delivers webhooks.</summary>
    public const long Webhooks = 0x4143_5155_0008;

    /// <summary>Held by the process that composes and sends messages.</summary>
    public const long Messages = 0x4143_5155_000A;

    /// <summary>The first of two numbers, the second being a request's key: held by the act's transaction.</summary>
    public const int RequestKeys = 0x4143_0001;

    /// <summary>The first of two numbers, the second being a year: held while the year's working days are set.</summary>
    public const int WorkingYears = 0x4143_0002;

    /// <summary>Held while the lists' rows are brought up to the day volumes; <c>refresh_activity()</c> takes it.</summary>
    public const long Activity = 0x4143_5155_0007;

    /// <summary>Held while a run of the tiers begins, and while rules of tiers are adopted.</summary>
    public const long Tiers = 0x4143_5155_0009;

    /// <summary>The first of two numbers, the second being a part of a run of the tiers: held while it is done.</summary>
    public const int TierBlocks = 0x4143_0009;

    /// <summary>Held while a night is asked for, so that two who ask at once ask for the same dates.</summary>
    public const long Nights = 0x4143_5155_000B;

    /// <summary>Held while a list of loans is taken in.</summary>
    public const long Loans = 0x4143_5155_0021;
    /// <summary>Held while the verdicts of a night begin, and while a policy is adopted.</summary>
    public const long IdlePolicies = 0x4143_5155_000C;

    /// <summary>The first of two numbers, the second being a part of a night of verdicts: held while it is done.</summary>
    public const int IdleVerdictBlocks = 0x4143_000C;

    /// <summary>Held while a night begins to follow its findings.</summary>
    public const long FollowUp = 0x4143_5155_0031;

    /// <summary>Held while a term that work goes by is set.</summary>
    public const long WorkTerms = 0x4143_5155_0032;

    /// <summary>Held while a run of the alarms begins, and while a policy of alarms is adopted.</summary>
    public const long Alarms = 0x4143_5155_0022;

    /// <summary>The first of two numbers, the second being a part of a run of the alarms: held while it is done.</summary>
    public const int AlarmBlocks = 0x4143_0022;

    /// <summary>Held while a target of a scorecard is set.</summary>
    public const long ScorecardTargets = 0x4143_5155_0033;

    /// <summary>Held by a silo while Hangfire makes its schema.</summary>
    public const long HangfireSchema = 0x4143_5155_0010;
}
