namespace Acquiring.Core.Pricing;

/// <summary>A merchant's fee and who gets it. The acquirer's part is the rest, so the parts always sum to the whole.</summary>
public readonly record struct FeeParts(long FeeFen, long IssuerFeeFen, long NetworkFeeFen)
{
    /// <summary>Commission (回佣). Negative where the merchant pays less than the sale costs: a negative margin.</summary>
    public long AcquirerFeeFen => FeeFen - IssuerFeeFen - NetworkFeeFen;

    public FeeParts Negated => new(-FeeFen, -IssuerFeeFen, -NetworkFeeFen);

    public static FeeParts operator +(FeeParts a, FeeParts b) =>
        new(a.FeeFen + b.FeeFen, a.IssuerFeeFen + b.IssuerFeeFen, a.NetworkFeeFen + b.NetworkFeeFen);

    public static FeeParts operator -(FeeParts a, FeeParts b) =>
        new(a.FeeFen - b.FeeFen, a.IssuerFeeFen - b.IssuerFeeFen, a.NetworkFeeFen - b.NetworkFeeFen);

    public static FeeParts Add(FeeParts left, FeeParts right) => left + right;

    public static FeeParts Subtract(FeeParts left, FeeParts right) => left - right;
}

/// <summary>The price of a sale with all that explains it: the plan, the term with its step, the tariff rule.</summary>
/// <param name="PlanTerm">Which term and step of the plan.</param>
/// <param name="TariffRuleId">0 where no tariff is known: the parts are 0 then.</param>
public readonly record struct PricedSale(FeeParts Parts, int FeePlanId, short PlanTerm, short TariffRuleId)
{
    public long FeeFen => Parts.FeeFen;

    public long IssuerFeeFen => Parts.IssuerFeeFen;

    public long NetworkFeeFen => Parts.NetworkFeeFen;

    public long AcquirerFeeFen => Parts.AcquirerFeeFen;
}
