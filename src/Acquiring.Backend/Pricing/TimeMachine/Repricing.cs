using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>A repricing that was asked for, wherever it runs or ran.</summary>
/// <param name="Summary">Once it has succeeded.</param>
internal sealed record Repricing(Guid Id, OperationState State, RepricingRequest Request, RepricingSummary? Summary)
{
    public const string Kind = "repricing";

    /// <returns><c>null</c> when the operation is none of ours.</returns>
    public static Repricing? Of(OperationSnapshot now) => now.Kind == Kind && RequestOf(now) is { } request
        ? new(now.Id, now.State, request, now.State == OperationState.Succeeded ? SummaryOf(now) : null)
        : null;

    private static RepricingRequest? RequestOf(OperationSnapshot now) => now.Request switch
    {
        RepricingRequest request => request,
        JsonElement json => json.Deserialize<RepricingRequest>(PlatformJson.Options),
        _ => null,
    };

    private static RepricingSummary? SummaryOf(OperationSnapshot now) => now.Result switch
    {
        RepricingSummary summary => summary,
        JsonElement json => json.Deserialize<RepricingSummary>(PlatformJson.Options),
        _ => null,
    };
}

/// <summary>One merchant's result as it is kept.</summary>
internal sealed record RepricedRow(string MerchantNo, string Mcc, RepricedSums Sums, ArbitrageSuspicion? Suspicion)
{
    public FeeParts Difference => Sums.Repriced - Sums.Booked;

    public bool IsChanged => Difference != default;

    public bool IsNegative => Sums.Repriced.AcquirerFeeFen < 0;

    public static RepricingSummary Summary(IReadOnlyList<RepricedRow> rows, long lines, TimeSpan elapsed)
    {
        var booked = default(FeeParts);
        var repriced = default(FeeParts);
        long sales = 0;
        long grossFen = 0;
        foreach (var row in rows)
        {
            booked += row.Sums.Booked;
            repriced += row.Sums.Repriced;
            sales += row.Sums.Sales;
            grossFen += row.Sums.GrossFen;
        }

        return new(
            lines, (long)elapsed.TotalMilliseconds, (long)(lines / Math.Max(elapsed.TotalSeconds, 0.001)), rows.Count,
            rows.Count(r => r.IsChanged), rows.Count(r => r.IsNegative), rows.Count(r => r.Suspicion is not null), sales, new(grossFen),
            PartsAnswer.Of(booked), PartsAnswer.Of(repriced), PartsAnswer.Of(repriced - booked));
    }
}
