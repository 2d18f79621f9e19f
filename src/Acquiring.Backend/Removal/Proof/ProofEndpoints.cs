using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Onboarding.Documents;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Removal.Orders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Removal.Proof;

internal static class ProofEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/removals/{removalId:long}").WithTags("Removal");
        group.MapPost("/photos", async (
                long removalId, DeclareDocumentRequest request, HttpContext context, RemovalPhotos photos, CancellationToken cancellationToken) =>
            {
                var (photo, refusal, faults) = await photos.DeclareAsync(removalId, request, Actors.Operator, cancellationToken);
                return photo is null
                    ? ApplicationResults.Refused(refusal!, faults, context)
                    : Results.Created($"/api/v1/removals/{removalId}", photo);
            })
            .WithName("declareRemovalPhoto").WithSummary("Say which photo or signature of an ordered removal is going to be sent")
            .WithDescription("As declareDocument; the kinds are `photo` and `signature`, ten to a removal. Declared again unchanged it says how much of it is there.")
            .Produces<RemovalPhotoAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPut("/photos/{documentId}/chunks/{offset}", async (
                long removalId, Guid documentId, long offset, HttpContext context, RemovalPhotos photos, CancellationToken cancellationToken) =>
            {
                using var bytes = new MemoryStream();
                await context.Request.Body.CopyToAsync(bytes, cancellationToken);
                return (await photos.ReceiveAsync(
                        removalId, documentId, offset, bytes.GetBuffer().AsMemory(0, (int)bytes.Length), Actors.Operator, cancellationToken))
                    .ToHttp(p => p.IsComplete ? Results.Created($"/api/v1/removals/{removalId}", p) : Results.Accepted(value: p));
            })
            .Accepts<IFormFile>("application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(DocumentRules.ChunkBytesMax))
            .WithName("sendRemovalPhotoChunk").WithSummary("Send the next bytes of a photo or signature, at most 1 MiB")
            .WithDescription("As sendDocumentChunk: what was received already is passed over, a gap is refused, the last chunk is checked against the hash.")
            .Produces<RemovalPhotoAnswer>(StatusCodes.Status202Accepted).Produces<RemovalPhotoAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("/proof", async (
                long removalId, ProveRemovalRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, TakeProof proofs, CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await proofs.RunAsync(removalId, request, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(removal =>
                    {
                        context.Response.Headers.ETag = IfMatch.ETag(removal.Version);
                        return Results.Ok(removal);
                    });
            })
            .WithName("proveRemoval").WithSummary("Say with a proof from the spot that a machine was fetched, or that it cannot be")
            .WithDescription(
                "What does not match is refused by field: the serial number scanned, the distance from the registered premises, photo, signature, reason. Where no position of " +
                "the premises is known, none is compared. A fetched machine goes to stock by returnTerminalToStock; one that cannot be fetched stays shut and is in the next " +
                "report to the clearing house. Needs the ETag of the removal in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<RemovalRecord>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }
}
