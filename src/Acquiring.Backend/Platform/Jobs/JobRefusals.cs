using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>Why a job cannot be asked for, cancelled or run again; the texts are in <c>JobTexts.resx</c>.</summary>
internal static class JobRefusals
{
    public const string BugCode = "jobs.bug";
    public const string LeaseLostCode = "jobs.lease-lost";

    public static Refusal Unknown(string job, IEnumerable<string> known) => Refusal.Of(
        RefusalKind.NotFound, "jobs.unknown", new Detail("job", Shown(job)), new Detail("known", string.Join(", ", known.Order(StringComparer.Ordinal))));

    public static Refusal OutOfRange(DateOnly date, DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "jobs.date-range", Date(date), new Detail("first", $"{first:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"));

    public static Refusal BadState(string state) => Refusal.Of(
        RefusalKind.Invalid, "jobs.state", new Detail("state", Shown(state)),
        new Detail("states", string.Join(", ", Enum.GetValues<JobState>().Select(s => $"{s}".ToLowerInvariant()))));

    public static Refusal NotAsked(string job, DateOnly date) =>
        Refusal.Of(RefusalKind.NotFound, "jobs.not-asked", new Detail("job", job), Date(date));

    public static Refusal Ended(string job, DateOnly date) =>
        Refusal.Of(RefusalKind.Conflict, "jobs.ended", new Detail("job", job), Date(date));

    public static Refusal Open(string job, DateOnly date) =>
        Refusal.Of(RefusalKind.Conflict, "jobs.open", new Detail("job", job), Date(date));

    /// <summary>A reason is free text: 1 to <see cref="JobLimits.WhyLengthMax"/> characters, and no card number in it.</summary>
    public static Refusal? OfReason(string? reason, bool required) => reason switch
    {
        not null when CardLikeText.Has(reason) => Refusal.Of(RefusalKind.Invalid, "jobs.card-in-reason"),
        not null when reason.Length > JobLimits.WhyLengthMax => Reason(),
        _ when required && string.IsNullOrWhiteSpace(reason) => Reason(),
        _ => null,
    };

    private static Refusal Reason() => Refusal.Of(RefusalKind.Invalid, "jobs.reason", new Detail("max", $"{JobLimits.WhyLengthMax}"));

    private static Detail Date(DateOnly date) => new("date", $"{date:yyyy-MM-dd}");

    private static string Shown(string text) => text.Length <= 60 && !CardLikeText.Has(text) ? text : "…";
}
