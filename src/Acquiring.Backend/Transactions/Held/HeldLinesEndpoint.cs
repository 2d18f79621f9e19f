using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Transactions.Held;

/// <param name="Ids">Which lines; left out, all open ones.</param>
public sealed record RepostRequest(IReadOnlyList<long>? Ids = null);

/// <summary>Suspense: lines that could be read but not posted.</summary>
internal static class HeldLinesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/held-lines").WithTags("Held lines");
        group.MapGet("/", ListAsync)
            .WithName("listHeldLines").WithSummary("Lines in suspense with their reasons, oldest first")
            .Produces<Page<HeldLineView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("/{heldLineId:long}/resolution", async (
                long heldLineId, HeldLineResolution resolution, ResolveHeldLine resolve, CancellationToken cancellationToken) =>
            (await resolve.RunAsync(heldLineId, resolution, Actors.Operator, cancellationToken)).ToHttp())
            .WithName("resolveHeldLine").WithSummary("Dismiss a line, or correct its merchant or terminal and judge it again")
            .Produces<RepostReport>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/reposts", async (RepostRequest? request, RepostHeldLines repost, CancellationToken cancellationToken) =>
            Results.Ok(await repost.RunAsync(request?.Ids, Actors.Operator, cancellationToken)))
            .WithName("repostHeldLines").WithSummary("Judge lines in suspense again; those that can be posted now are")
            .Produces<RepostReport>();
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, HeldLines lines, string? state, string? reason, int? fileId, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var after = Cursor.ReadNumber(cursor);
        if (after.Refusal is { } badCursor)
        {
            return ProblemResults.Of(badCursor);
        }

        var rows = await lines.ListAsync(
            new HeldLineFilter(state, reason, fileId), after.Value ?? 0, page.Limit + 1, RequestLanguage.Of(context), cancellationToken);
        return Results.Ok(page.Cut(rows, r => [$"{r.HeldLineId}"]));
    }
}
