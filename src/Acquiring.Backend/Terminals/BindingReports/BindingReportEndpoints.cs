using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.BindingReports;

internal static class BindingReportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/binding-reports").WithTags("Binding reports");
        group.MapPost("/", async (
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, BindingReportStore reports,
                CancellationToken cancellationToken) =>
            {
                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await reports.MakeAsync(Actors.Operator, key.Value, cancellationToken)).ToHttp(
                        made => Results.Created($"/api/v1/binding-reports/{made.ReportNo}/content", made));
            })
            .WithName("makeBindingReport").WithSummary("Make the file of all changes of bindings that no report has told yet")
            .WithDescription(
                "For the clearing house: machines that were bound, changed in one of the five items, ended, lost, unrecoverable or found. Each change is " +
                "in exactly one report; reports are numbered without a gap. With an Idempotency-Key a repetition is answered with the same report; " +
                "without one it finds nothing to tell.")
            .Produces<BindingReportAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/", async (string? cursor, int? limit, BindingReportStore reports, CancellationToken cancellationToken) =>
            {
                if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
                {
                    return ProblemResults.Of(refusal);
                }

                var before = int.MaxValue;
                return !page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before)
                    ? ProblemResults.Of(Cursor.Bad())
                    : Results.Ok(page.Cut(await reports.ListAsync(before, page.Limit + 1, cancellationToken), r => [$"{r.ReportNo}"]));
            })
            .WithName("listBindingReports").WithSummary("The reports that were made, the latest first")
            .Produces<Page<BindingReportAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{reportNo:int}/content", async (int reportNo, BindingReportStore reports, CancellationToken cancellationToken) =>
            (await reports.FetchAsync(reportNo, Actors.Operator, cancellationToken)).ToHttp(
                file => Results.File(file.Content, "text/csv; charset=utf-8", file.FileName)))
            .WithName("fetchBindingReport").WithSummary("A report's file, byte for byte as it was made")
            .WithDescription("It names accounts and credit codes in the clear; each fetching is written down.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status404NotFound);
    }
}
