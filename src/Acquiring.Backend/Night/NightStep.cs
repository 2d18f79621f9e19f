namespace Acquiring.Backend.Night;

/// <summary>The steps of a night, in their order. Camel-case words in the interface.</summary>
public enum NightStep
{
    /// <summary>The files that the date expects are there, or it was insisted that they need not be.</summary>
    Files = 1,

    /// <summary>The date is closed: day volumes folded, the two legal idle clocks judged, volume steps decided.</summary>
    Close,

    /// <summary>Merchants are ranked and graded.</summary>
    Tiers,

    /// <summary>Merchants' risk grades are computed anew.</summary>
    Risk,

    /// <summary>Low volume and early warnings are found, by the policies in force.</summary>
    Idle,

    /// <summary>What follows the findings: tasks with owner and date, watch, suspension; at most so many machines a night.</summary>
    Follow,

    /// <summary>Machines are proposed for removal, the most useful first, within the budget of their branch; those that sold are left in peace.</summary>
    Removal,

    /// <summary>
    /// What somebody should look at is raised, followed and ended: behind whatever changes machines and merchants. The ledger keeps the number,
    /// which leaves room for those.
    /// </summary>
    Alarms = 8,

    /// <summary>The date is counted for the scorecards; last, since it counts what the others did.</summary>
    Reports = 9,
}

/// <summary>Who asked for a night, and how.</summary>
/// <param name="Insist">Close the date although an expected file is missing.</param>
public sealed record NightRun(DateOnly Date, bool Insist, string AskedBy, DateTimeOffset AskedAt, string? AskedWhy);

/// <summary>One thing that a step changed or would change.</summary>
/// <param name="Subject">A terminal's or merchant's number, a date, or a channel.</param>
/// <param name="Change">A stable word of the step.</param>
/// <param name="Details">Numbers and dates that say more, as words.</param>
public sealed record NightChange(string Subject, string Change, string? Details);

/// <summary>What a dry run says of a step.</summary>
/// <param name="Refusal">Why the step could not be done now; then it would change nothing.</param>
/// <param name="Counts">How many of each kind, by stable words; what is not named is none.</param>
/// <param name="Changes">The first <see cref="ChangesMax"/>.</param>
public sealed record NightPreview(Core.Refusals.Refusal? Refusal, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<NightChange> Changes)
{
    public const int ChangesMax = 500;

    /// <summary>It would change nothing.</summary>
    public static NightPreview Nothing { get; } = new(null, new Dictionary<string, long>(), []);

    public static NightPreview Refused(Core.Refusals.Refusal refusal) => new(refusal, new Dictionary<string, long>(), []);
}
