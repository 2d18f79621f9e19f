using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <param name="Scopes">What is taken away, at least one.</param>
/// <param name="Why">1 to 500 characters; shown to whoever asks, and to the gateway whose transaction is refused.</param>
/// <param name="Cure">What lifts it, in 1 to 500 characters, for the merchant to read.</param>
public sealed record RestrictMerchantRequest(IReadOnlyList<RestrictionScope>? Scopes, string? Why, string? Cure);

/// <inheritdoc cref="RestrictMerchantRequest"/>
public sealed record SuspendMerchantRequest(string? Why, string? Cure);

/// <param name="Hold">The number of the hold, as the merchant's record shows it.</param>
/// <param name="Why">What was seen that lifts it.</param>
public sealed record LiftHoldRequest(int Hold, string? Why);

/// <param name="Why">1 to 500 characters.</param>
public sealed record CloseMerchantRequest(string? Why);

/// <summary>The acts on a merchant that works, and their history.</summary>
internal static class LifecycleEndpoints
{
    private const string Manner =
        " Needs the ETag of the merchant in If-Match; with an Idempotency-Key a repetition is answered as the first time. Who, when and why stay " +
        "in the history.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchants/{merchantNo}").WithTags("Merchants");
        Act<RestrictMerchantRequest>(
            group, "restrict", "restrictMerchant", "Keep a merchant from some kinds of transactions",
            "Several restrictions may be on at a time; each is lifted by itself. It acts on online notices at once; clearing files tell what has " +
            "happened and are taken in as they are." + Manner,
            (r, s) => s with { Act = MerchantAct.Restrict, Scopes = r.Scopes, Why = r.Why ?? "", Cure = r.Cure ?? "" });
        Act<SuspendMerchantRequest>(
            group, "suspend", "suspendMerchant", "Stop a merchant's sales",
            "Refunds, voids and reversals go on, so that customers get their money. It acts on online notices at once." + Manner,
            (r, s) => s with { Act = MerchantAct.Suspend, Why = r.Why ?? "", Cure = r.Cure ?? "" });
        Act<LiftHoldRequest>(
            group, "lift", "liftHold", "Lift a restriction or suspension",
            "The merchant then stands as its other holds say, and is active without any." + Manner,
            (r, s) => s with { Act = MerchantAct.Lift, HoldNo = r.Hold, Why = r.Why ?? "" });
        Act<CloseMerchantRequest>(
            group, "close", "closeMerchant", "Close a merchant for good",
            "Irreversible. Its machines go back to stock and their bindings end now; its file is kept." + Manner,
            (r, s) => s with { Act = MerchantAct.Close, Why = r.Why ?? "" });
        group.MapGet("/history", async (
                string merchantNo, string? cursor, int? limit, MerchantHistory history, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await history.ListAsync(merchantNo, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listMerchantHistory").WithSummary("What people did with a merchant, the latest first: act, who, when, why")
            .Produces<Page<MerchantStepAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void Act<TRequest>(
        RouteGroupBuilder group, string path, string name, string summary, string description, Func<TRequest, MerchantStep, MerchantStep> of)
        where TRequest : class =>
        group.MapPost($"/{path}", async (
                string merchantNo, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains) =>
            {
                if (!MerchantNo.TryParse(merchantNo, out var no))
                {
                    return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
                }

                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                if (key.Refusal is { } bad)
                {
                    return ProblemResults.Of(bad);
                }

                var step = of(request, new MerchantStep(default, version, "", Actors.Operator, key.Value));
                var outcome = await grains.Merchant(no).Take(step);
                if (outcome.Merchant is { } merchant)
                {
                    context.Response.Headers.ETag = IfMatch.ETag(merchant.Version);
                }

                return outcome.Result.ToHttp(m => Results.Ok(MerchantRecordAnswer.Of(m)));
            })
            .WithName(name).WithSummary(summary).WithDescription(description)
            .Produces<MerchantRecordAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}

/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
/// <param name="Holds">The open restrictions and suspensions, the oldest first.</param>
/// <param name="LegalActs">What can be done with it now.</param>
public sealed record MerchantRecordAnswer(
    string MerchantNo, int Version, MerchantState State, IReadOnlyList<MerchantHoldAnswer> Holds, IReadOnlyList<MerchantAct> LegalActs)
{
    internal static MerchantRecordAnswer Of(MerchantRecord m) => new(
        m.MerchantNo, m.Version, m.Standing.State, MerchantHoldAnswer.Of(m.Standing), MerchantStanding.LegalFrom(m.Standing.State));
}

/// <param name="Hold">Its number, for lifting it.</param>
/// <param name="Scopes">What it takes away; empty is a suspension, which stops all sales.</param>
/// <param name="Cure">What lifts it.</param>
public sealed record MerchantHoldAnswer(
    int Hold, IReadOnlyList<RestrictionScope> Scopes, string Why, string Cure, string SetBy, DateTimeOffset SetAt)
{
    internal static IReadOnlyList<MerchantHoldAnswer> Of(MerchantStanding standing) =>
        [.. standing.Holds.Select(h => new MerchantHoldAnswer(h.HoldNo, h.Scopes, h.Why, h.Cure, h.SetBy, h.SetAt))];
}
