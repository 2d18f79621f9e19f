using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>A repricing that was asked for, and its result once there is one. Lives in memory: it can be asked again at any time.</summary>
internal sealed class Repricing(RepricingRequest request, string fingerprint, Operation operation)
{
    public RepricingRequest Request => request;

    public string Fingerprint => fingerprint;

    public Operation Operation => operation;

    public RepricingSummary? Summary { get; private set; }

    /// <summary>By merchant number.</summary>
    public IReadOnlyList<RepricedRow> Rows { get; private set; } = [];

    public void Finish(IReadOnlyList<RepricedRow> rows, RepricingSummary summary)
    {
        Rows = rows;
        Summary = summary;
    }
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
