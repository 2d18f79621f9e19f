using Acquiring.Core.Refusals;

namespace Acquiring.Core.Days;

/// <summary>Why a business date cannot be closed. Their texts are in <c>DayTexts.resx</c>.</summary>
public static class DayRefusals
{
    /// <summary>How many missing files a text names; the number of all is told beside it.</summary>
    public const int MissingShownMax = 10;

    public static Refusal Future(DateOnly date, DateOnly today) => Refusal.Of(
        RefusalKind.Rule, "days.future", new Detail("date", Text(date)), new Detail("today", Text(today)));

    public static Refusal CatchUpTooLong(DateOnly date, DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Rule, "days.catch-up-too-long",
        new Detail("date", Text(date)), new Detail("first", Text(first)), new Detail("last", Text(last)),
        new Detail("max", $"{CloseOrder.DatesMax}"));

    /// <summary>A dry run holds the journal's writers up, so it does not go as far as a close may.</summary>
    public static Refusal PreviewTooLong(DateOnly date, DateOnly last, int max) => Refusal.Of(
        RefusalKind.Rule, "days.preview-too-long",
        new Detail("date", Text(date)), new Detail("last", Text(last)), new Detail("max", $"{max}"));

    public static Refusal FileMissing(DateOnly date, IReadOnlyList<MissingFile> missing) => Refusal.Of(
        RefusalKind.Conflict, "days.file-missing",
        new Detail("date", Text(date)), new Detail("count", $"{missing.Count}"),
        new Detail("missing", string.Join(", ", missing.Take(MissingShownMax)) + (missing.Count > MissingShownMax ? ", …" : "")));

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd");
}
