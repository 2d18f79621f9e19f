using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Night;

/// <summary>Nights for people: ask for one, see how far it is, see what it would change.</summary>
internal static class NightEndpoints
{
    private static readonly DateOnly s_first = new(2000, 1, 1);
    private static readonly DateOnly s_last = new(2099, 12, 31);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/nights").WithTags("Nights");
        group.MapGet("/", ListAsync)
            .WithName("listNights").WithSummary("The nights that were asked for, newest dates first")
            .Produces<Page<NightLine>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{date}", GetAsync)
            .WithName("getNight").WithSummary("A night, step by step: how far it is and what it came to")
            .Produces<NightAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{date}/preview", PreviewAsync)
            .WithName("previewNight").WithSummary("A dry run of the steps of a night: what each would change now")
            .WithDescription(
                "Writes nothing, for any date. Each step is tried by itself on the data as they are. The close is tried and taken back under the lock that files are " +
                "read under, so these wait for it as they wait for a close. Seven days in arrears cost seven closes.")
            .Produces<NightPreviewAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("/{date}", AskAsync)
            .WithName("askForNight").WithSummary("Ask for the night of a business date and for those missed since the last one")
            .WithDescription(
                "The steps: `files` (the date's files are complete), `close` (the business day is closed, as closeBusinessDay does; closed before, it is found so), `tiers`, `risk`, `idle` (low volume and early warnings), `follow` (tasks, watch and suspension), `removal` (proposals), `alarms`, `reports` (the date is counted for the scorecards). " +
                "The answer comes at once; read the night to see how far it is. A step waits for the steps before it, and a date for the dates before it. " +
                "Asked for again, a step that failed or was cancelled goes on from where it stopped, one that waits for its next try tries at once, and `insist` may be " +
                "added, for missing files only; otherwise nothing changes.")
            .Produces<NightAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ListAsync(NightAnswers nights, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        DateOnly before = default;
        if (!page.IsFirst && !DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", out before))
        {
            return ProblemResults.Of(Cursor.Bad());
        }

        var rows = await nights.PageAsync(page.IsFirst ? null : before, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(rows, n => [$"{n.BusinessDate:yyyy-MM-dd}"]));
    }

    private static async Task<IResult> GetAsync(HttpContext context, NightAnswers nights, DateOnly date, CancellationToken cancellationToken) =>
        OutOfRange(date) ?? (await nights.OfAsync(date, changed: false, RequestLanguage.Of(context), cancellationToken)).ToHttp();

    private static async Task<IResult> PreviewAsync(
        HttpContext context, NightAnswers nights, TextCatalog texts, DateOnly date, string? step, bool? insist, CancellationToken cancellationToken)
    {
        if (OutOfRange(date) is { } refused)
        {
            return refused;
        }

        if (step is not null && NightWords.Find(step) is null)
        {
            return ProblemResults.Of(NightRefusals.UnknownStep(step));
        }

        var previews = new List<NightStepPreview>();
        foreach (var one in nights.Steps.Where(s => step is null || s.Step == NightWords.Find(step)))
        {
            var preview = await one.PreviewAsync(date, insist ?? false, cancellationToken);
            previews.Add(new(
                one.Step, preview.Refusal?.Code,
                preview.Refusal is { } refusal ? texts.Text(refusal, RequestLanguage.Of(context)) : null,
                preview.Counts, preview.Changes));
        }

        return Results.Ok(new NightPreviewAnswer(date, previews));
    }

    private static async Task<IResult> AskAsync(
        HttpContext context, AskForNight ask, NightAnswers nights, DateOnly date, AskForNightRequest? body, CancellationToken cancellationToken)
    {
        if (OutOfRange(date) is { } refused)
        {
            return refused;
        }

        if (JobRefusals.OfReason(body?.Reason, required: false) is { } badReason)
        {
            return ProblemResults.Of(badReason);
        }

        var asked = await ask.RunAsync(date, body?.Insist ?? false, Actors.Operator, body?.Reason, cancellationToken);
        return asked.Accepted(out var changed, out var refusal)
            ? (await nights.OfAsync(date, changed, RequestLanguage.Of(context), cancellationToken)).ToHttp(a => Results.Accepted(value: a))
            : ProblemResults.Of(refusal);
    }

    private static IResult? OutOfRange(DateOnly date) => date >= s_first && date <= s_last
        ? null
        : ProblemResults.Of(NightRefusals.DateRange(date, s_first, s_last));
}
