using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.IdleSweep;

/// <summary>Says in the reader's language why a terminal counts as idle, and what would change that.</summary>
public static class IdleExplanation
{
    /// <param name="verdict"><c>3m</c>, <c>12m</c> or <c>cleared</c>.</param>
    public static string Why(TextCatalog texts, CultureInfo language, string verdict, DateOnly lastActivityOn, string activitySource, DateOnly dueOn, int incompleteDays) =>
        texts.Text(
            incompleteDays == 0 && verdict != "cleared" ? $"idle.why.{verdict}.all-dates" : $"idle.why.{verdict}", language,
            new Detail("activity", texts.Text($"idle.activity.{activitySource}", language, new Detail("date", Text(lastActivityOn)))),
            new Detail("dueOn", Text(dueOn)),
            new Detail("incompleteDays", $"{incompleteDays}"));

    public static string WhatWouldChange(TextCatalog texts, CultureInfo language, string clock, DateOnly on, DateOnly lastActivityOn, DateOnly removalDueOn) =>
        texts.Text(
            $"idle.change.{clock}", language,
            new Detail("lastActivityOn", Text(lastActivityOn)), new Detail("on", Text(on)), new Detail("removalDueOn", Text(removalDueOn)));

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd");
}
