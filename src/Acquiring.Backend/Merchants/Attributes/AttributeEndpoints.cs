using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Merchants.Attributes;

/// <param name="Attribute">Of the list that <c>listAttributeKinds</c> answers.</param>
/// <param name="Value">A star rating is <c>1</c> to <c>5</c>, a flag <c>true</c> or <c>false</c>, a name has 1 to 100 characters.</param>
/// <param name="Document">Number or id of the document that shows it, 1 to 200 characters.</param>
/// <param name="ValidFrom">The first date it holds, 1990-01-01 to 2099-12-31.</param>
/// <param name="ValidTo">The first date it no longer holds; left out while no end is known.</param>
/// <param name="Why">What was seen, 1 to 500 characters.</param>
public sealed record ConfirmAttributeRequest(
    MerchantAttribute Attribute, string? Value, string? Document, DateOnly ValidFrom, DateOnly? ValidTo, string? Why);

/// <inheritdoc cref="ConfirmAttributeRequest"/>
/// <param name="Why">What was wrong with the row before.</param>
public sealed record CorrectAttributeRequest(string? Value, string? Document, DateOnly ValidFrom, DateOnly? ValidTo, string? Why);

/// <param name="From">The first date it no longer holds; left out is today. Its own first date: it never counted.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record RevokeAttributeRequest(DateOnly? From, string? Why);

/// <param name="On">The date they hold on.</param>
public sealed record MerchantAttributesAnswer(string MerchantNo, int Version, DateOnly On, IReadOnlyList<MerchantAttributeAnswer> Attributes);

/// <param name="ValueForm">How a value is written.</param>
/// <param name="Min">Of a number.</param>
/// <param name="AskedTo">The first date it is no longer asked for.</param>
public sealed record AttributeKindAnswer(
    MerchantAttribute Attribute, AttributeValueForm ValueForm, int? Min, int? Max, DateOnly AskedFrom, DateOnly? AskedTo, string Source);

/// <summary>What a merchant is, with evidence: asked as of any date, confirmed, corrected, revoked.</summary>
internal static class AttributeEndpoints
{
    private const string Manner =
        " Needs the ETag of the merchant in If-Match; with an Idempotency-Key a repetition is answered as the first time.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/merchant-attribute-kinds", () => Results.Ok(new Page<AttributeKindAnswer>(
                [.. AttributeKind.All.Select(k => new AttributeKindAnswer(
                    k.Attribute, k.Form, k.Max == 0 ? null : k.Min, k.Max == 0 ? null : k.Max, k.AskedFrom, k.AskedTo, k.Source))], null)))
            .WithName("listAttributeKinds").WithTags("Merchants").WithSummary("Which attributes a merchant can have, and how their values are written")
            .Produces<Page<AttributeKindAnswer>>();
        var group = routes.MapGroup("/merchants/{merchantNo}/attributes").WithTags("Merchants");
        group.MapGet("", ListAsync)
            .WithName("listMerchantAttributes").WithSummary("What a merchant is on a date, each with value, document and who confirmed it")
            .WithDescription("The ETag is the merchant's version.")
            .Produces<MerchantAttributesAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/history", async (
                string merchantNo, string? cursor, int? limit, AttributeRows rows, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await rows.HistoryAsync(merchantNo, page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listMerchantAttributeHistory").WithSummary("All rows there ever were, corrected and revoked ones included, the latest first")
            .Produces<Page<MerchantAttributeAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        Describe(
            group.MapPost("", (
                string merchantNo, ConfirmAttributeRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains) =>
                ActAsync(merchantNo, AttributeAct.ConfirmAttribute, 0, request, request.Why, ifMatch, idempotencyKey, context, grains,
                    new(request.Attribute, request.Value ?? "", request.Document ?? "", request.ValidFrom, request.ValidTo))),
            "confirmAttribute", "Confirm an attribute of a merchant by a document",
            "A date that has a value of the attribute already refuses another: correct or revoke that one." + Manner);
        Describe(
            group.MapPost("/{attributeNo:int}/correct", (
                string merchantNo, int attributeNo, CorrectAttributeRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains,
                AttributeRows rows, CancellationToken cancellationToken) =>
                ActAsync(merchantNo, AttributeAct.CorrectAttribute, attributeNo, request, request.Why, ifMatch, idempotencyKey, context, grains,
                    new(default, request.Value ?? "", request.Document ?? "", request.ValidFrom, request.ValidTo))),
            "correctAttribute", "Put another row in the place of a confirmed attribute",
            "The row before stays in the history and names the version that ended it." + Manner);
        Describe(
            group.MapPost("/{attributeNo:int}/revoke", (
                string merchantNo, int attributeNo, RevokeAttributeRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains) =>
                ActAsync(merchantNo, AttributeAct.RevokeAttribute, attributeNo, request, request.Why, ifMatch, idempotencyKey, context, grains,
                    null, request.From)),
            "revokeAttribute", "End an attribute from a date on",
            "Up to the date it goes on to count." + Manner);
    }

    private static async Task<IResult> ListAsync(
        string merchantNo, DateOnly? on, HttpContext context, AttributeRows rows, TimeProvider clock, CancellationToken cancellationToken)
    {
        var date = on ?? BusinessTime.Today(clock);
        if (await rows.OnAsync(merchantNo, date, cancellationToken) is not { } found)
        {
            return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
        }

        context.Response.Headers.ETag = IfMatch.ETag(found.Version);
        return Results.Ok(new MerchantAttributesAnswer(merchantNo, found.Version, date, found.Rows));
    }

    private static async Task<IResult> ActAsync<TRequest>(
        string merchantNo, AttributeAct act, int no, TRequest request, string? why, string? ifMatch, string? idempotencyKey, HttpContext context,
        IGrainFactory grains, AttributeClaim? claim, DateOnly? from = null)
    {
        if (!MerchantNo.TryParse(merchantNo, out var merchant))
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

        var outcome = await grains.Merchant(merchant).ChangeAttribute(new(act, version, why ?? "", Actors.Operator, key.Value, no, claim, from));
        if (outcome.Done is { } done)
        {
            context.Response.Headers.ETag = IfMatch.ETag(done.Version);
        }

        return outcome.Result.ToHttp();
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary, string description) => route
        .WithName(name).WithSummary(summary).WithDescription(description)
        .Produces<MerchantAttributeChangeAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
