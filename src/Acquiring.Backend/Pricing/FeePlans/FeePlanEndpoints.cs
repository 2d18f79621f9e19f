using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing.Quotes;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <summary>A merchant's prices: their history, a quote for others, a change.</summary>
internal static class FeePlanEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchants/{merchantNo}").WithTags("Pricing");
        group.MapGet("/fee-plans", ListAsync)
            .WithName("listFeePlans").WithSummary("A merchant's fee plans, the latest first, and the decisions on its volume steps")
            .WithDescription("Plans are never edited: a change is another plan from a date on. Transactions name the plan that priced them.")
            .Produces<FeePlansAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/fee-plans", ChangeAsync)
            .WithName("changeFeePlan").WithSummary("Give a merchant another plan from the next business date or a later one on")
            .WithDescription(
                "The client makes `proposalId`; the same request again answers with the plan it made. A plan takes effect after today, after " +
                "the last closed date and after the merchant's last posted transaction, so that no charged fee is contradicted.")
            .Produces<FeePlanAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("/fee-plan-quotes", QuoteAsync)
            .WithName("quoteFeePlan").WithSummary("What a proposed plan would have meant over the merchant's own last 12 months; changes nothing")
            .WithDescription(
                "Every sale of the last 12 months is priced again by the proposed terms, with the refunds it had; costs are issuer's and " +
                "network's parts by the tariffs in force on each date. Nothing is kept: ask as often as you like, then propose the terms by " +
                "POST .../fee-plans.")
            .Produces<QuoteAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string merchantNo, NpgsqlDataSource dataSource, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await FeePlanStore.MerchantIdAsync(connection, merchantNo, cancellationToken) is not { } merchantId)
        {
            return ProblemResults.Of(PricingRequestRefusals.UnknownMerchant(merchantNo));
        }

        var plans = await FeePlanStore.ListAsync(connection, merchantId, cancellationToken);
        var decisions = await VolumeSteps.ListAsync(connection, merchantId, cancellationToken);
        var today = BusinessTime.Today(clock);
        return Results.Ok(new FeePlansAnswer(
            merchantNo, [.. plans.Select(p => p.Answer(ChangeFeePlan.IsInForce(plans, p.Plan.Id, today))).Reverse()],
            [.. decisions.Select(d => new StepDecisionAnswer(d.Month, new(d.VolumeFen), d.EffectiveFrom)).Reverse()]));
    }

    private static async Task<IResult> ChangeAsync(
        string merchantNo, FeePlanChangeRequest request, ChangeFeePlan change, CancellationToken cancellationToken) =>
        (await change.RunAsync(merchantNo, request, Actors.Operator, cancellationToken))
            .ToHttp(plan => Results.Created($"/api/v1/merchants/{merchantNo}/fee-plans", plan));

    private static async Task<IResult> QuoteAsync(
        HttpContext context, string merchantNo, QuoteRequest request, QuoteFeePlan quote, CancellationToken cancellationToken) =>
        (await quote.RunAsync(merchantNo, request, RequestLanguage.Of(context), cancellationToken)).ToHttp();
}
