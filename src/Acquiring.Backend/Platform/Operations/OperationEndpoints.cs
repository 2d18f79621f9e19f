using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Platform.Operations;

/// <summary>How far long work is. Progress lives in memory: after a restart ask the work's own resource.</summary>
public static class OperationEndpoints
{
    public static IEndpointRouteBuilder MapOperations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/operations").WithTags("Operations");
        group.MapGet("/", List)
            .WithName("listOperations").WithSummary("Long work of this process, newest first")
            .Produces<Page<OperationAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{operationId:guid}", Show)
            .WithName("getOperation").WithSummary("State, progress, rate and result of one operation")
            .Produces<OperationAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static IResult List(HttpContext context, OperationRegistry operations, TextCatalog texts, string? cursor, int? limit)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        IEnumerable<Operation> all = operations.All();
        if (!page.IsFirst)
        {
            all = all.SkipWhile(o => o.Id.ToString() != page.After[0]).Skip(1);
        }

        var rows = all.Take(page.Limit + 1).Select(o => Answer(o, context, texts)).ToList();
        return Results.Ok(page.Cut(rows, o => [o.OperationId.ToString()]));
    }

    private static IResult Show(HttpContext context, OperationRegistry operations, TextCatalog texts, Guid operationId) =>
        operations.Find(operationId) is { } operation
            ? Results.Ok(Answer(operation, context, texts))
            : ProblemResults.Of(Refusal.Of(RefusalKind.NotFound, "operation.unknown", new Detail("operationId", $"{operationId}")));

    private static OperationAnswer Answer(Operation operation, HttpContext context, TextCatalog texts)
    {
        var now = operation.Snapshot();
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
