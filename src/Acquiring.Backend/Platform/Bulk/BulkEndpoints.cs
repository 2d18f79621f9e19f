using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Platform.Bulk;

/// <summary>What became of bulk acts, and how a module's endpoint runs one.</summary>
internal static class BulkEndpoints
{
    public static IEndpointRouteBuilder MapBulk(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/bulk-acts/{bulkActId:guid}").WithTags("Bulk acts");
        group.MapGet("/", async (
                Guid bulkActId, HttpContext context, BulkActs acts, TextCatalog texts, CancellationToken cancellationToken) =>
                await acts.FindAsync(bulkActId, cancellationToken) is { } row
                    ? Results.Ok(await AnswerAsync(context, acts, texts, row, cancellationToken))
                    : ProblemResults.Of(BulkRefusals.Unknown(bulkActId)))
            .WithName("getBulkAct").WithSummary("A bulk act: how many are done, refused and waiting, and the first outcomes")
            .WithDescription("Whether somebody works on it is told by the operation of the same id. One that was interrupted goes on when it is asked for again.")
            .Produces<BulkActAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/items", ListAsync)
            .WithName("listBulkActItems").WithSummary("The outcome of each item of a bulk act, in the order of the request")
            .Produces<Page<BulkItemAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    /// <param name="request">All that makes the request what it is, without its id.</param>
    public static async Task<IResult> RunAsync(
        HttpContext context, BulkActs acts, TextCatalog texts, BulkOrder order, IdempotencyKey? key, object request, bool dryRun, BulkSelection items, CancellationToken cancellationToken)
    {
        if (dryRun)
        {
            IReadOnlyList<BulkItem> selected = [];
            var outcomes = await acts.PreviewAsync(order, items, found => selected = found, cancellationToken);
            return Results.Ok(BulkAnswers.Preview(selected, outcomes, texts, RequestLanguage.Of(context)));
        }

        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new { order.Kind, order.Act, order.AllOrNothing, order.Actor, request }, PlatformJson.Options));
        if (!(await acts.RunAsync(order, key, fingerprint, items, cancellationToken)).Accepted(out var row, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var answer = await AnswerAsync(context, acts, texts, row, cancellationToken);
        context.Response.Headers.Location = $"/api/v1/operations/{row.Order.Id}";
        return row.State switch
        {
            BulkActState.Running => Results.Json(answer, statusCode: StatusCodes.Status202Accepted),
            BulkActState.NothingDone => ProblemResults.Of(BulkRefusals.NothingDone(row.Refused), ("outcome", answer)),
            _ => Results.Json(answer, statusCode: StatusCodes.Status207MultiStatus),
        };
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, BulkActs acts, TextCatalog texts, Guid bulkActId, BulkItemState? state, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var after = 0;
        if (!page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return ProblemResults.Of(Cursor.Bad());
        }

        return await acts.FindAsync(bulkActId, cancellationToken) is null
            ? ProblemResults.Of(BulkRefusals.Unknown(bulkActId))
            : Results.Ok(await PageAsync(context, acts, texts, bulkActId, state, page, after, cancellationToken));
    }

    private static async Task<BulkActAnswer> AnswerAsync(
        HttpContext context, BulkActs acts, TextCatalog texts, BulkActRow row, CancellationToken cancellationToken) =>
        BulkAnswers.Act(row, row.State == BulkActState.Running
            ? new([], null)
            : await PageAsync(context, acts, texts, row.Order.Id, null, new([], PageRequest.LimitMax), 0, cancellationToken));

    private static async Task<Page<BulkItemAnswer>> PageAsync(
        HttpContext context, BulkActs acts, TextCatalog texts, Guid id, BulkItemState? state, PageRequest page, int after,
        CancellationToken cancellationToken)
    {
        var language = RequestLanguage.Of(context);
        var rows = await acts.ItemsAsync(id, state, after, page.Limit + 1, cancellationToken);
        return page.Cut(
            [.. rows.Select(r => BulkAnswers.Of(r.Item, r.State, r.NewVersion, r.Refusal, texts, language))], i => [$"{i.Item}"]);
    }
}
