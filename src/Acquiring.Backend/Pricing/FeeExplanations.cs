using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Pricing;

/// <summary>Which plan, term, step, tariff and rule made a fee, in sentences. What a journal row names is enough to ask.</summary>
public sealed record FeeExplanationAnswer(int FeePlanId, short PlanTerm, short TariffRuleId, IReadOnlyList<string> Sentences);

/// <summary>Explains fees; other modules may embed its answer.</summary>
public sealed class FeeExplanations(NpgsqlDataSource dataSource, TextCatalog texts)
{
    /// <param name="parts">Adds the sentence that says who gets how much.</param>
    public async Task<Result<FeeExplanationAnswer>> ExplainAsync(
        int feePlanId, short planTerm, short tariffRuleId, FeeParts? parts, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select merchant_id from fee_plan where fee_plan_id = $1", connection);
        command.Parameters.Add(new() { Value = feePlanId });
        if (await command.ExecuteScalarAsync(cancellationToken) is not int merchantId)
        {
            return PricingRequestRefusals.UnknownPlan(feePlanId);
        }

        var plan = (await FeePlanStore.ListAsync(connection, merchantId, cancellationToken)).Find(p => p.Plan.Id == feePlanId)!.Plan;
        var book = await TariffStore.LoadAsync(connection, cancellationToken);
        if (book.Rule(tariffRuleId) is not { } rule)
        {
            return PricingRequestRefusals.UnknownRule(tariffRuleId);
        }

        var explanation = new FeeExplanation(texts, language);
        var sentences = explanation.Sentences(plan, new PlanTerm(planTerm), book.Tariff(rule.TariffId), rule);
        return new FeeExplanationAnswer(
            feePlanId, planTerm, tariffRuleId, parts is { } known ? [.. sentences, explanation.OfParts(known)] : sentences);
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/fee-explanations", async (
            HttpContext context, FeeExplanations explanations, int feePlanId, short planTerm, short tariffRuleId,
            long? feeFen, long? issuerFeeFen, long? networkFeeFen, CancellationToken cancellationToken) =>
        {
            foreach (var (name, fen) in ((string, long?)[])[("feeFen", feeFen), ("issuerFeeFen", issuerFeeFen), ("networkFeeFen", networkFeeFen)])
            {
                if (fen is < -FeePlanDraft.AmountFenMax or > FeePlanDraft.AmountFenMax)
                {
                    return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new("parameter", name), new("value", $"{fen}")));
                }
            }

            FeeParts? parts = feeFen is { } fee ? new(fee, issuerFeeFen ?? 0, networkFeeFen ?? 0) : null;
            return (await explanations.ExplainAsync(
                feePlanId, planTerm, tariffRuleId, parts, RequestLanguage.Of(context), cancellationToken)).ToHttp();
        })
        .WithName("explainFee").WithTags("Pricing").WithSummary("Which plan, term, step, tariff and rule made a fee, in the reader's language")
        .WithDescription(
            "What the answer to a transaction names (`feePlanId`, `planTerm`, `tariffRuleId`) is enough to ask. Plans and rules are never " +
            "edited, so the same question has the same answer for ever.")
        .Produces<FeeExplanationAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
}
