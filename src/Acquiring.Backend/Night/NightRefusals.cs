using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Night;

/// <summary>Why a night is not asked for; the texts are in <c>NightTexts.resx</c>.</summary>
internal static class NightRefusals
{
    public static Refusal StepAlone(string job, DateOnly date) =>
        Refusal.Of(RefusalKind.Conflict, "night.step-alone", new Detail("job", job), Date(date));

    public static Refusal NotAsked(DateOnly date) => Refusal.Of(RefusalKind.NotFound, "night.not-asked", Date(date));

    public static Refusal Passed(DateOnly date, DateOnly first) =>
        Refusal.Of(RefusalKind.Conflict, "night.date-passed", Date(date), new Detail("first", $"{first:yyyy-MM-dd}"));

    public static Refusal TooFar(DateOnly date, DateOnly last, int max) => Refusal.Of(
        RefusalKind.Conflict, "night.catch-up-too-long", Date(date), new Detail("last", $"{last:yyyy-MM-dd}"), new Detail("max", $"{max}"));

    public static Refusal DateRange(DateOnly date, DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "night.date-range", Date(date), new Detail("first", $"{first:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"));

    public static Refusal UnknownStep(string step) => Refusal.Of(
        RefusalKind.Invalid, "night.step", new Detail("step", step.Length <= 40 && !CardLikeText.Has(step) ? step : "…"),
        new Detail("steps", string.Join(", ", NightWords.Steps)));

    private static Detail Date(DateOnly date) => new("date", $"{date:yyyy-MM-dd}");
}
