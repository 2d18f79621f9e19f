using Acquiring.Backend.Onboarding.Approve;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Onboarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Onboarding.Steps;

/// <param name="Fixes">1 to 50 fields, each with what to do.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record AskForFixesRequest(IReadOnlyList<AskedFix>? Fixes, string? Why);

/// <param name="Why">1 to 500 characters: what was seen, what was decided by.</param>
public sealed record ApplicationStepRequest(string? Why);

/// <summary>The acts on an application that was handed in.</summary>
internal static class StepEndpoints
{
    private const string Manner =
        " Needs the ETag of the application in If-Match; with an Idempotency-Key a repetition is answered as the first time. An act that is not " +
        "legal now is refused with those that are. Who, when and why stay in the history.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchant-applications/{applicationId}").WithTags("Onboarding");
        Act<AskForFixesRequest>(
            group, ApplicationAct.AskForFixes, "ask-for-fixes", "askForFixes", "Send an application back, field by field",
            "Each fix names a field of the form or a paper and says what to do. It voids a verification." + Manner, r => r.Why, r => r.Fixes);
        Step(group, ApplicationAct.Verify, "verify", "verifyApplication", "Say that an application was compared with its papers",
            "It binds to form and papers as they are: any change voids it." + Manner);
        Step(group, ApplicationAct.Sign, "sign", "signApplication", "Say that the contract is signed",
            "Refused when anything is not as it was verified." + Manner);
        Step(group, ApplicationAct.Activate, "activate", "activateApplication", "Approve an application: make the merchant",
            "In one step: the merchant with its number, active; its fee plan from today on; a work order for each wanted machine. Refused when " +
            "anything is not as it was verified. The number is acquirer, area, MCC and a sequence of 0001 to 9999, then 000A to ZZZZ." + Manner);
        Step(group, ApplicationAct.Reject, "reject", "rejectApplication", "Say no to an application, for good",
            "The applicant may hand in another one, under an id of its own." + Manner);
        Step(group, ApplicationAct.Withdraw, "withdraw", "withdrawApplication", "Take an application back, for good",
            "What the applicant does, or the bank for an applicant who gave up." + Manner);
    }

    private static void Step(RouteGroupBuilder group, ApplicationAct act, string path, string name, string summary, string description) =>
        Act<ApplicationStepRequest>(group, act, path, name, summary, description, r => r.Why, _ => null);

    private static void Act<TRequest>(
        RouteGroupBuilder group, ApplicationAct act, string path, string name, string summary, string description, Func<TRequest, string?> why,
        Func<TRequest, IReadOnlyList<AskedFix>?> fixes)
        where TRequest : class =>
        group.MapPost($"/{path}", async (
                Guid applicationId, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, TakeApplicationStep steps,
                ApproveApplication approve, CancellationToken cancellationToken) =>
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

                var order = new StepOrder(applicationId, act, version, why(request) ?? "", Actors.Operator, key.Value, fixes(request));
                var outcome = act == ApplicationAct.Activate
                    ? await approve.RunAsync(order, cancellationToken)
                    : await steps.RunAsync(order, cancellationToken);
                if (outcome.Record is not { } record)
                {
                    return ApplicationResults.Refused(outcome.Refusal!, outcome.Faults, context);
                }

                context.Response.Headers.ETag = IfMatch.ETag(record.Version);
                return Results.Ok(ApplicationAnswer.Of(record, context));
            })
            .WithName(name).WithSummary(summary).WithDescription(description)
            .Produces<ApplicationAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
