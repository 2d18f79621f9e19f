using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Pricing.FeePlans;

/// <summary>A merchant's plans, the latest first, and the decisions that chose steps.</summary>
public sealed record FeePlansAnswer(
    string MerchantNo, IReadOnlyList<FeePlanAnswer> Items, IReadOnlyList<StepDecisionAnswer> StepDecisions);

/// <param name="EffectiveFrom">The first transaction date it prices; <c>null</c> for the plan the merchant is known with from the beginning.</param>
/// <param name="InForce">Whether it prices a transaction of today.</param>
/// <param name="Source"><c>import</c> or <c>proposal</c>.</param>
public sealed record FeePlanAnswer(
    int FeePlanId, DateOnly? EffectiveFrom, bool InForce, string Source, DateTimeOffset CreatedAt, Guid? ProposalId, IReadOnlyList<FeeTermAnswer> Terms);

public sealed record FeeTermAnswer(PayType PayType, CardKind CardKind, IReadOnlyList<FeeStepAnswer> Steps)
{
    internal static IReadOnlyList<FeeTermAnswer> Of(FeePlan plan) => [.. plan.Terms.Select(t => new FeeTermAnswer(
        t.PayType, t.CardKind, [.. t.Steps.Select((s, i) => FeeStepAnswer.Of(PlanTerm.Of(t, i), s))]))];
}

/// <param name="PlanTerm">The number that transactions priced by this step carry.</param>
public sealed record FeeStepAnswer(short PlanTerm, Money FromVolume, string RatePercent, Money Fixed, Money Min, Money? Cap)
{
    internal static FeeStepAnswer Of(PlanTerm name, FeeStep step) => new(
        name.Code, new(step.FromVolumeFen), $"{step.Terms.Rate}", new(step.Terms.FixedFen), new(step.Terms.MinFen),
        step.Terms.CapFen is { } cap ? new Money(cap) : null);
}

/// <param name="Volume">The merchant's gross of the month, by business date.</param>
public sealed record StepDecisionAnswer(DateOnly Month, Money Volume, DateOnly EffectiveFrom);
