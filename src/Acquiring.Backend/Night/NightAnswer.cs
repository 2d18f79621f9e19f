using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Night;

/// <summary>A step of a night as it stands.</summary>
/// <param name="Job">Its name in the ledger, by which it is cancelled or run again.</param>
/// <param name="State">Of its shards as a whole; <c>waiting</c> is <c>due</c> behind a step or date that is not done.</param>
/// <param name="ShardsDone">How many of <paramref name="Shards"/> are done.</param>
/// <param name="Error">Code of the last failure, while it stands.</param>
/// <param name="Counts">What it came to, by stable words: what it wrote for this date, however often it was run.</param>
public sealed record NightStepAnswer(
    NightStep Step, string Job, string State, int Shards, int ShardsDone, string? Error, string? ErrorText,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, IReadOnlyDictionary<string, long> Counts);

/// <summary>The night of a business date.</summary>
/// <param name="Changed">Whether this request changed something; a repetition does not. <c>false</c> where it is only read.</param>
/// <param name="State">Of all steps: <c>failed</c> before <c>running</c> before <c>waiting</c> before <c>cancelled</c> before <c>done</c>.</param>
/// <param name="Insist">The date may close although an expected file is missing.</param>
/// <param name="WaitsFor">The earliest date of the chain that is not done and that this one waits for; <c>null</c> when none is.</param>
public sealed record NightAnswer(
    DateOnly BusinessDate, bool Changed, string State, bool Insist, string AskedBy, DateTimeOffset AskedAt, string? AskedWhy, DateOnly? WaitsFor,
    IReadOnlyList<NightStepAnswer> Steps);

/// <param name="State">As of one night.</param>
public sealed record NightLine(DateOnly BusinessDate, string State, bool Insist, string AskedBy, DateTimeOffset AskedAt, string? AskedWhy);

/// <param name="Insist">Close the dates although expected files are missing; those dates count as incomplete.</param>
/// <param name="Reason">Why, for the record; at most 500 characters.</param>
public sealed record AskForNightRequest(bool Insist = false, string? Reason = null);

/// <summary>What a step would change now.</summary>
/// <param name="Code">Why it could not be done now; <c>null</c> when it could.</param>
/// <param name="Detail">The same in the caller's language.</param>
/// <param name="Counts">How many of each kind, by stable words.</param>
/// <param name="Changes">The first 500.</param>
public sealed record NightStepPreview(
    NightStep Step, string? Code, string? Detail, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<NightChange> Changes);

/// <summary>A dry run: each step by itself on the data as they are, so that a later step does not see what an earlier one would change.</summary>
public sealed record NightPreviewAnswer(DateOnly BusinessDate, IReadOnlyList<NightStepPreview> Steps);
