using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Onboarding.Save;

/// <param name="Form">Needed; a draft may leave out anything in it.</param>
/// <param name="Submit">Hands it in; otherwise it is kept as a draft.</param>
/// <param name="FormVersion">The print it is written on; left out it keeps its own, and a new one has today's.</param>
/// <param name="Why">What a person wants to say to it, at most 500 characters; left out is nothing.</param>
public sealed record SaveApplicationRequest(ApplicationForm? Form, bool Submit = false, int? FormVersion = null, string? Why = null);

/// <param name="ApplicationId">A UUID of version 7, made by the client before it first sends.</param>
/// <inheritdoc cref="SaveApplicationRequest"/>
public sealed record CreateApplicationRequest(
    Guid ApplicationId, ApplicationForm? Form, bool Submit = false, int? FormVersion = null, string? Why = null);

internal static class SaveApplicationEndpoint
{
    private const int BodyBytesMax = 128 * 1024;

    private const string Manner =
        "The client makes the id (UUID version 7) before it first sends. Sent again unchanged it answers as the first time, whatever happened " +
        "since; other content under the id needs the ETag of the application in If-Match. A draft may lack anything: `open` says what a " +
        "submission would be refused for. All bad fields are told at once under `errors`. Submitting what was verified or signed voids both. " +
        "`validateOnly=true` checks and saves nothing.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchant-applications").WithTags("Onboarding");
        Describe(group.MapPut("/{applicationId}", (
                Guid applicationId, SaveApplicationRequest request, bool? validateOnly, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, SaveApplication save,
                ApplicationSeals seals, CancellationToken cancellationToken) =>
                RunAsync(applicationId, request, validateOnly ?? false, ifMatch, idempotencyKey, context, save, seals, cancellationToken)))
            .WithName("saveApplication").WithSummary("Send a merchant's application, or change it")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        Describe(group.MapPost("", (
                CreateApplicationRequest request, bool? validateOnly, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
                HttpContext context, SaveApplication save, ApplicationSeals seals, CancellationToken cancellationToken) =>
                RunAsync(
                    request.ApplicationId, new(request.Form, request.Submit, request.FormVersion, request.Why), validateOnly ?? false, null, idempotencyKey,
                    context, save, seals, cancellationToken)))
            .WithName("createApplication").WithSummary("Send a merchant's application for the first time");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .WithDescription(Manner).WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax))
        .Produces<ApplicationAnswer>().Produces<ApplicationAnswer>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);

    private static async Task<IResult> RunAsync(
        Guid id, SaveApplicationRequest request, bool validateOnly, string? ifMatch, string? idempotencyKey, HttpContext context, SaveApplication save,
        ApplicationSeals seals, CancellationToken cancellationToken)
    {
        int? version = null;
        if (ifMatch is not null)
        {
            if (!IfMatch.Read(ifMatch).Accepted(out var based, out var bad))
            {
                return ProblemResults.Of(bad);
            }

            version = based;
        }

        // Keyed, since a fingerprint of a phone number could be guessed.
        var key = IdempotencyKey.Read(idempotencyKey, context.Request, Convert.ToHexString(seals.MarkContent(new { request, version })));
        if (key.Refusal is { } badKey)
        {
            return ProblemResults.Of(badKey);
        }

        var outcome = await save.RunAsync(
            new(
                id, version, request.FormVersion, request.Submit, request.Form ?? new(), request.Why ?? "", Actors.Operator, key.Value, validateOnly),
            cancellationToken);
        if (outcome.Record is not { } record)
        {
            return ApplicationResults.Refused(outcome.Refusal!, outcome.Faults, context);
        }

        var answer = ApplicationAnswer.Of(record, context);
        if (validateOnly)
        {
            return Results.Ok(answer);
        }

        context.Response.Headers.ETag = IfMatch.ETag(record.Version);
        return record.Version == 1 ? Results.Created($"/api/v1/merchant-applications/{id}", answer) : Results.Ok(answer);
    }
}
