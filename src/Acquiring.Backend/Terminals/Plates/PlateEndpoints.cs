using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals.Plates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Terminals.Plates;

/// <summary>QR plates: issued in bulk, listed, read one by one; the acts are <see cref="PlateStepEndpoints"/>.</summary>
internal static class PlateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/qr-plates", async (
                IssueQrPlatesRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
                IssuePlates issue, CancellationToken cancellationToken) =>
            {
                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await issue.RunAsync(request, Actors.Operator, key.Value, cancellationToken)).ToHttp();
            })
            .WithTags("QR plates").WithName("issueQrPlates").WithSummary("Issue QR plates to stock, with the codes to print")
            .WithDescription(
                $"1 to {IssuePlates.CountMax} at a time, all or none. A plate is a terminal of kind `qrPlate`: it is given a terminal number, which its " +
                "payments carry, and a plate code with a check digit. With an Idempotency-Key a repetition is answered as the first time; without one it " +
                "issues other plates.")
            .Produces<IssuedQrPlatesAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/qr-plates", async (
                string? state, string? merchantNo, string? cursor, int? limit, PlateReader plates, CancellationToken cancellationToken) =>
            {
                if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var bad))
                {
                    return ProblemResults.Of(bad);
                }

                QrPlateState? of = null;
                if (state is not null)
                {
                    if (!Enum.TryParse<QrPlateState>(state, ignoreCase: true, out var word) || !Enum.IsDefined(word) || char.IsDigit(state[0]))
                    {
                        return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "plate.state"));
                    }

                    of = word;
                }

                return (await plates.ListAsync(of, merchantNo, page, cancellationToken)).ToHttp();
            })
            .WithTags("QR plates").WithName("listQrPlates").WithSummary("QR plates by state and merchant, in the order of their numbers")
            .Produces<Page<QrPlateAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        var one = routes.MapGroup("/qr-plates/{plate}").WithTags("QR plates");
        one.MapGet("/", async (string plate, HttpContext context, PlateReader plates, CancellationToken cancellationToken) =>
            {
                if (!PlateCode.Read(plate).Accepted(out var no, out var misread))
                {
                    return ProblemResults.Of(misread);
                }

                var found = await plates.FindAsync(no, cancellationToken);
                if (!found.IsRefused)
                {
                    context.Response.Headers.ETag = IfMatch.ETag(found.Value.Version);
                }

                return found.ToHttp();
            })
            .WithName("getQrPlate").WithSummary("A QR plate: whose it is, its state, what can be done with it")
            .WithDescription(
                "By plate code or terminal number. The ETag is its version, for the If-Match of an act. Volume, history and earlier holders are told under " +
                "`/terminals/{terminalNo}`.")
            .Produces<QrPlateAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        PlateStepEndpoints.Map(one);
    }
}
