using Acquiring.Backend.Platform;
using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.IdleSweep;

internal static class IdleTerminalsEndpoint
{
    /// <summary>How far ahead of today a date may be judged: it answers "who will be idle if nothing comes", and no calendar is endless.</summary>
    private const int DaysAheadMax = 366;

    private static readonly DateOnly FirstDate = new(2000, 1, 1);

    public static async Task<IResult> ListAsync(
        HttpContext context, IdleTerminalStore store, TextCatalog texts, TimeProvider clock,
        DateOnly? on, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        var date = on ?? today;
        var lastDate = today.AddDays(DaysAheadMax);
        if (date < FirstDate || date > lastDate)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "idle.date-range",
                new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("first", $"{FirstDate:yyyy-MM-dd}"), new Detail("last", $"{lastDate:yyyy-MM-dd}")));
        }

        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var rows = await store.PageAsync(date, page.IsFirst ? "" : page.After[0], page.Limit + 1, cancellationToken);
        var language = RequestLanguage.Of(context);
        var items = rows.Select(r => new IdleTerminal(
            r.TerminalNo, r.MerchantNo, r.Clock, r.LastActivityOn, r.ActivitySource, r.DueOn, r.IncompleteDays, IdleRule.Source,
            IdleExplanation.Why(texts, language, r.Clock, r.LastActivityOn, r.ActivitySource, r.DueOn, r.IncompleteDays),
            IdleExplanation.WhatWouldChange(texts, language, r.Clock, date, r.LastActivityOn, r.RemovalDueOn))).ToList();
        return Results.Ok(page.Cut(items, i => [i.TerminalNo]));
    }
}
