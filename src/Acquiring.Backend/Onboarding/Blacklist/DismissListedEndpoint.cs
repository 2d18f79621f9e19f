using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Onboarding.Blacklist;

/// <param name="EntryIds">As the application's <c>blacklist</c> names them.</param>
/// <param name="Why">1 to 500 characters: how it is known to be somebody else.</param>
/// <param name="Document">1 to 200 characters: the evidence, such as the number of a letter.</param>
public sealed record DismissBlacklistMatchRequest(IReadOnlyList<int>? EntryIds, string? Why, string? Document);

internal static class DismissListedEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/merchant-applications/{applicationId}/dismiss-blacklist-match", async (
            Guid applicationId, DismissBlacklistMatchRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
            [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, DismissListed dismiss,
            CancellationToken cancellationToken) =>
        {
            if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
            {
                return ProblemResults.Of(missing);
            }

            var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
            if (key.Refusal is { } bad)
            {
                return ProblemResults.Of(bad);
            }

            var outcome = await dismiss.RunAsync(
                applicationId, version, request.EntryIds ?? [], request.Why ?? "", request.Document ?? "", Actors.Operator, key.Value, cancellationToken);
            if (outcome.Record is not { } record)
            {
                return ApplicationResults.Refused(outcome.Refusal!, outcome.Faults, context);
            }

            context.Response.Headers.ETag = IfMatch.ETag(record.Version);
            return Results.Ok(ApplicationAnswer.Of(record, context));
        })
        .WithTags("Onboarding").WithName("dismissBlacklistMatch")
        .WithSummary("Say, with evidence, that an applicant is not the one on the blacklist")
        .WithDescription(
            "Approval then passes over these entries. Needs the ETag of the application in If-Match and leaves its version as it is; with an " +
            "Idempotency-Key a repetition is answered as the first time.")
        .Produces<ApplicationAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
