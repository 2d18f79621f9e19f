using Acquiring.Backend.Platform;
using Acquiring.Backend.Tiers.Ask;
using Acquiring.Backend.Tiers.Rules;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Tiers;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Tiers.Effects;

/// <param name="Since">Since when the merchant is in the tier.</param>
/// <param name="FeePlan">Terms to quote with quoteFeePlan; a plan changes only by changeFeePlan.</param>
/// <param name="LastVisitOn">The last inspection of one of its machines.</param>
/// <param name="NextVisitOn">So many days after the last visit, or after the merchant came into the tier when that is later.</param>
/// <param name="VisitDue">The next visit is today or was before.</param>
/// <param name="Source">Where the rule comes from, with its grade.</param>
public sealed record TierEffectDue(
    string Tier, string? Grade, DateOnly Since, IReadOnlyList<FeeTermDraft>? FeePlan, int? VisitEveryDays, DateOnly? LastVisitOn, DateOnly? NextVisitOn,
    bool VisitDue, bool CreditLinePrescreen, string? RepaymentSharePercent, string Source);

/// <param name="RuleSetVersion">The rules in force today.</param>
public sealed record TierEffectsAnswer(string MerchantNo, DateOnly On, int RuleSetVersion, IReadOnlyList<TierEffectDue> Effects);

/// <summary>What the rules propose to a merchant for the tiers it is in. Proposals only: each is done, or not, by an act of its own.</summary>
internal static class TierEffectsDue
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/merchants/{merchantNo}/tier-effects", AskAsync)
        .WithName("listMerchantTierEffects").WithTags("Tiers").WithSummary("What the rules propose to a merchant for its tiers")
        .WithDescription("Fee plan to quote, rhythm of visits, pre-screen for the credit line, repayment share. Nothing of it is done by itself; none for a closed merchant.")
        .Produces<TierEffectsAnswer>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> AskAsync(
        string merchantNo, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await MerchantTiers.OfAsync(connection, merchantNo, today, cancellationToken) is not { } tiers)
        {
            return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
        }

        var version = await TierRuleSets.VersionOnAsync(connection, today, cancellationToken);
        var rules = await TierRuleSets.LoadAsync(connection, version, cancellationToken);
        var (isClosed, visitedOn) = await VisitAsync(connection, tiers.MerchantId, cancellationToken);
        return Results.Ok(new TierEffectsAnswer(
            merchantNo, today, version, isClosed ? [] : [.. tiers.Decisions.SelectMany(d => Of(rules, d, visitedOn, today))]));
    }

    private static IEnumerable<TierEffectDue> Of(TierRuleSet rules, TierOnDate decision, DateOnly? visitedOn, DateOnly today) =>
        decision.Tier is not { } tier ? []
        : rules.Effects.Where(e => (e.For == tier || e.For == decision.Class) && Reaches(decision.Grade, e.GradeAtLeast)).Select(e =>
        {
            DateOnly? next = e.VisitEveryDays is { } days ? (visitedOn > decision.Since ? visitedOn.Value : decision.Since).AddDays(days) : null;
            return new TierEffectDue(
                tier, decision.Grade, decision.Since, e.FeePlan, e.VisitEveryDays, e.VisitEveryDays is null ? null : visitedOn, next, next <= today,
                e.CreditLinePrescreen, e.RepaymentSharePercent, e.Source);
        });

    private static bool Reaches(string? grade, TierGrade? atLeast) => atLeast is not { } wanted || (grade is not null && TierWords.Grade(grade) <= wanted);

    private static async Task<(bool IsClosed, DateOnly? VisitedOn)> VisitAsync(
        NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select m.state = 'closed',
                   (select max(i.inspected_on) from terminal_binding b join terminal_inspection i using (terminal_id)
                    where b.merchant_id = m.merchant_id and b.valid_to = 'infinity')
            from merchant m where m.merchant_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateOnly>(1));
    }
}
