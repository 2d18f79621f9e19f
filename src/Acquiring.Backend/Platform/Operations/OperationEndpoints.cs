using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Platform.Operations;

/// <summary>How far long work is, whichever process does it. What this one does is told from memory, the rest from the table.</summary>
public static class OperationEndpoints
{
    internal const string InterruptedCode = "operation.interrupted";

    public static IEndpointRouteBuilder MapOperations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/operations").WithTags("Operations");
        group.MapGet("/", ListAsync)
            .WithName("listOperations").WithSummary("Long work, newest first, the last thousand of 90 days")
            .Produces<Page<OperationAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{operationId:guid}", ShowAsync)
            .WithName("getOperation").WithSummary("State, progress, rate and result of one operation")
            .WithDescription(
                "Work whose process ended before it did is `failed`, with the problem `operation.interrupted`, 15 s later at most: " +
                "ask for the work again.")
            .Produces<OperationAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{operationId:guid}/cancel", CancelAsync)
            .WithName("cancelOperation").WithSummary("Have an operation end, whichever process does it")
            .WithDescription(
                "The answer comes at once; the operation ends within seconds, unless its work is done before. What only ends with its own " +
                "request is refused.")
            .Produces<OperationAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return routes;
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, OperationKeeper keeper, OperationStore store, TextCatalog texts, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        Guid last = default;
        if (!page.IsFirst && !Guid.TryParse(page.After[0], out last))
        {
            return ProblemResults.Of(Cursor.Bad());
        }

        await keeper.SaveAsync(cancellationToken);
        var rows = await store.PageAsync(page.IsFirst ? null : last, page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut([.. rows.Select(o => Answer(o, context, texts))], o => [o.OperationId.ToString()]));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, OperationRegistry operations, OperationStore store, TextCatalog texts, Guid operationId, CancellationToken cancellationToken) =>
        await FindAsync(operations, store, operationId, cancellationToken) is { } operation
            ? Results.Ok(Answer(operation, context, texts))
            : Unknown(operationId);

    private static async Task<IResult> CancelAsync(
        HttpContext context, OperationRegistry operations, OperationStore store, TextCatalog texts, Guid operationId, CancellationToken cancellationToken)
    {
        if (await FindAsync(operations, store, operationId, cancellationToken) is not { } now)
        {
            return Unknown(operationId);
        }

        // Cancelled before: the same again.
        if (now.State != OperationState.Cancelled)
        {
            if (now.IsEnded || !now.CanCancel)
            {
                return ProblemResults.Of(Refusal.Of(
                    now.IsEnded ? RefusalKind.Conflict : RefusalKind.Rule, now.IsEnded ? "operation.ended" : "operation.not-cancellable",
                    new Detail("operationId", $"{operationId}")));
            }

            operations.Find(operationId)?.AskCancel();
            await store.AskCancelAsync(operationId, cancellationToken);
        }

        return Results.Accepted($"/api/v1/operations/{operationId}", Answer(now, context, texts));
    }

    internal static async Task<OperationSnapshot?> FindAsync(
        OperationRegistry operations, OperationStore store, Guid id, CancellationToken cancellationToken) =>
        operations.Find(id)?.Snapshot() ?? await store.FindAsync(id, cancellationToken);

    private static IResult Unknown(Guid operationId) =>
        ProblemResults.Of(Refusal.Of(RefusalKind.NotFound, "operation.unknown", new Detail("operationId", $"{operationId}")));

    private static OperationAnswer Answer(OperationSnapshot now, HttpContext context, TextCatalog texts)
    {
        var problem = now.Refusal is { } refusal ? ProblemResults.Document(refusal, texts, RequestLanguage.Of(context)) : null;
        if (now.IsBug)
        {
            problem = new JsonObject { ["type"] = $"/problems/{BugResult.Code}", ["code"] = BugResult.Code, ["status"] = StatusCodes.Status500InternalServerError };
        }

        return new OperationAnswer(
            now.Id, now.Kind, now.Subject, now.State, now.DoneBytes, now.TotalBytes, now.Lines, now.LinesPerSecond,
            now.StartedAt, now.ElapsedMs, now.Result, problem, now.TotalLines);
    }
}

/// <summary>As the HTTP interface shows an operation.</summary>
/// <param name="TotalLines">How many lines are expected, where that is known instead of bytes.</param>
public sealed record OperationAnswer(
    Guid OperationId,
    string Kind,
    string Subject,
    OperationState State,
    long DoneBytes,
    long? TotalBytes,
    long Lines,
    long LinesPerSecond,
    DateTimeOffset StartedAt,
    long ElapsedMs,
    object? Result,
    JsonObject? Problem,
    long? TotalLines = null);
