using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Risk;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants.Risk;

/// <param name="Grade">Null computes it anew by points.</param>
/// <param name="Until">Of an override: its last date; after it what was computed is in force again.</param>
[GenerateSerializer]
public sealed record RiskGradeOrder(
    [property: Id(0)] int Version, [property: Id(1)] RiskGrade? Grade, [property: Id(2)] DateOnly? Until, [property: Id(3)] string Why,
    [property: Id(4)] string Actor, [property: Id(5)] IdempotencyKey? Key);

/// <param name="Version">The merchant's.</param>
/// <param name="Json">All grades, the latest first.</param>
[GenerateSerializer]
public sealed record RiskGradesRecord([property: Id(0)] string MerchantNo, [property: Id(1)] int Version, [property: Id(2)] string Json);

/// <summary>Either the merchant's grades after the act or why it was not done.</summary>
[GenerateSerializer]
public sealed record RiskGradeOutcome([property: Id(0)] RiskGradesRecord? Grades, [property: Id(1)] Refusal? Refusal)
{
    internal static RiskGradeOutcome Of(Result<RiskGradesRecord> result) => new(result.IsRefused ? null : result.Value, result.Refusal);
}

/// <summary>Computes a merchant's grade anew, or overrides it for a time. Called in the turn of the merchant's grain.</summary>
public sealed class GradeMerchant(MerchantActs acts, TimeProvider clock)
{
    /// <summary>An override ends by itself; for longer, it is looked at again.</summary>
    public const int OverrideDaysMax = 366;

    /// <summary>Refuses, in this order: bad texts or dates, then as every act on a merchant.</summary>
    public Task<Result<RiskGradesRecord>> RunAsync(string merchantNo, RiskGradeOrder order, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        if (Check(order, today) is { } bad)
        {
            return Task.FromResult<Result<RiskGradesRecord>>(bad);
        }

        var act = order.Grade is null ? "computeRiskGrade" : "overrideRiskGrade";
        return acts.RunAsync<RiskGradesRecord>(
            new(merchantNo, act, order.Version, order.Why, order.Actor, order.Key, ChangesRegistry: false),
            async scope =>
            {
                var judged = await RiskGradeRows.PutAsync(
                    scope.Connection, scope.Merchant.MerchantId, order.Grade, order.Until, order.Why, order.Actor, today, scope.NowUtc, cancellationToken);
                var grades = await RiskGradeRows.ListAsync(scope.Connection, scope.Merchant.MerchantId, cancellationToken);
                var json = System.Text.Json.JsonSerializer.Serialize(grades, Platform.PlatformJson.Options);
                return new ActDone<RiskGradesRecord>(
                    new(merchantNo, scope.Version, json),
                    new { grade = order.Grade ?? judged.Grade, judged.Points, judged.Reasons, order.Until });
            },
            cancellationToken);
    }

    private static Refusal? Check(RiskGradeOrder order, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(order.Why) || order.Why.Length > MerchantStep.TextLengthMax)
        {
            return MerchantRefusals.Text("why", MerchantStep.TextLengthMax);
        }

        if (CardLikeText.Has(order.Why))
        {
            return Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "why"));
        }

        var isRight = order.Grade is null ? order.Until is null : order.Until is { } until && until >= today && until <= today.AddDays(OverrideDaysMax);
        return isRight ? null : Refusal.Of(
            RefusalKind.Invalid, "risk.until", new Detail("first", $"{today:yyyy-MM-dd}"), new Detail("last", $"{today.AddDays(OverrideDaysMax):yyyy-MM-dd}"));
    }
}
