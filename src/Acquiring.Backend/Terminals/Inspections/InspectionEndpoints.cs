using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.Inspections;

internal static class InspectionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, RouteGroupBuilder terminal)
    {
        terminal.MapPost("/inspections", async (
                string terminal, InspectTerminalRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
                HttpContext context, TerminalAddresses addresses, InspectionStore inspections, CancellationToken cancellationToken) =>
            {
                if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
                {
                    return ProblemResults.Of(unknown);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await inspections.AddAsync(no, request, Actors.Operator, key.Value, cancellationToken)).ToHttp(
                        added => Results.Json(added, PlatformJson.Options, statusCode: StatusCodes.Status201Created));
            })
            .WithName("inspectTerminal").WithSummary("Write down that a machine was inspected on the spot")
            .WithDescription(
                "Never edited: a correction is another inspection. Inspector and position are kept sealed. It changes no version of the terminal, so it " +
                "needs no If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<InspectionAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/inspections/due", async (
                DateOnly? by, string? branch, string? cursor, int? limit, InspectionStore inspections, TimeProvider clock,
                CancellationToken cancellationToken) =>
            {
                if (!PageRequest.Of(cursor, limit, keyParts: 2).Accepted(out var page, out var refusal))
                {
                    return ProblemResults.Of(refusal);
                }

                var dueOn = DateOnly.MinValue;
                if (!page.IsFirst && !DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out dueOn))
                {
                    return ProblemResults.Of(Cursor.Bad());
                }

                var rows = await inspections.DueAsync(
                    by ?? BusinessTime.Today(clock), branch, (dueOn, page.IsFirst ? "" : page.After[1]), page.Limit + 1, cancellationToken);
                return Results.Ok(page.Cut(rows, d => [$"{d.DueOn:yyyy-MM-dd}", d.TerminalNo]));
            })
            .WithTags("Terminals").WithName("listDueInspections").WithSummary("Machines whose yearly inspection is due, the longest due first")
            .WithDescription("A year after the last inspection, or after the installation when that is later. A branch stands for all below it.")
            .Produces<Page<DueInspection>>().ProducesProblem(StatusCodes.Status400BadRequest);
    }
}
