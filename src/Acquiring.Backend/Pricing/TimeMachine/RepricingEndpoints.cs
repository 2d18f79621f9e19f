using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>The tariff time machine: past days under another tariff or plan, without touching the journal.</summary>
internal static class RepricingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/repricings").WithTags("Pricing");
        group.MapPost("/", StartAsync)
            .WithName("startRepricing").WithSummary("Price past days again under another tariff or plan; the journal is only read")
            .WithDescription(
                "Follow it at /operations under the same id; read its result here. The same request again, under the same id, finds the one that runs " +
                "or ran. Without a tariff, terms or `byDate` it recomputes the journal and must find no difference. Sales of the days are priced again, and with them what " +
                "refunds and reversals of these days give back; what a sale of an earlier day gives back stays as booked. The newest five " +
                "results are kept.")
            .Produces<RepricingAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/{repricingId:guid}", async (Guid repricingId, Repricings repricings, CancellationToken cancellationToken) =>
                await repricings.FindAsync(repricingId, cancellationToken) is { } repricing ? Results.Ok(Answer(repricing)) : Unknown(repricingId))
            .WithName("getRepricing").WithSummary("State and sums of a repricing")
            .WithDescription("`summary` is there once `state` is `succeeded`. The newest five results are kept.")
            .Produces<RepricingAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{repricingId:guid}/merchants", ListAsync)
            .WithName("listRepricedMerchants").WithSummary("A finished repricing by merchant: all, changed, negative or suspect ones")
            .WithDescription("By merchant number. Read it when the operation has succeeded; before that it is refused.")
            .Produces<Page<RepricedMerchantAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> StartAsync(RepricingRequest request, Repricings repricings, CancellationToken cancellationToken) =>
        (await repricings.StartAsync(request, cancellationToken))
            .ToHttp(r => Results.Accepted($"/api/v1/operations/{r.Id}", Answer(r)));

    private static async Task<IResult> ListAsync(
        HttpContext context, Guid repricingId, Repricings repricings, RepricingRows results, TextCatalog texts, string? only, string? cursor, int? limit,
        CancellationToken cancellationToken)
    {
        if (await repricings.FindAsync(repricingId, cancellationToken) is not { } repricing)
        {
            return Unknown(repricingId);
        }

        if (only is not (null or "all" or "changed" or "negative" or "suspect"))
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new("parameter", "only"), new("value", only)));
        }

        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        if (repricing.Summary is null)
        {
            return ProblemResults.Of(PricingRequestRefusals.RepricingUnfinished(repricingId));
        }

        var language = RequestLanguage.Of(context);
        var rows = await results.PageAsync(repricingId, only, page.IsFirst ? null : page.After[0], page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut([.. rows.Select(r => Answer(r, texts, language))], r => [r.MerchantNo]));
    }

    private static RepricingAnswer Answer(Repricing r) => new(r.Id, r.State, r.Request, r.Summary);

    private static RepricedMerchantAnswer Answer(RepricedRow row, TextCatalog texts, System.Globalization.CultureInfo language) => new(
        row.MerchantNo, row.Mcc, row.Sums.Sales, new(row.Sums.GrossFen), PartsAnswer.Of(row.Sums.Booked), PartsAnswer.Of(row.Sums.Repriced),
        PartsAnswer.Of(row.Difference), row.IsNegative, row.Sums.SalesBelowCost,
        row.Suspicion is { } s ? new(s.CodedAs, s.SuspectedMcc, [.. s.Evidence.Select(e => texts.Text(e.Code, language, e.Details))]) : null);

    private static IResult Unknown(Guid repricingId) => ProblemResults.Of(PricingRequestRefusals.UnknownRepricing(repricingId));
}
