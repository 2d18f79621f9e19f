namespace Acquiring.Core.Pricing;

/// <summary>What one sale costs: a share of the amount and a fixed part, at least the minimum, at most the cap.</summary>
/// <param name="CapFen">The most one transaction costs; <c>null</c> is no cap.</param>
/// <param name="FixedFen">Added to the share; 0 or more.</param>
/// <param name="MinFen">The least one transaction costs; 0 or more, not above the cap.</param>
public sealed record FeeTerms(Rate Rate, long? CapFen, long FixedFen = 0, long MinFen = 0)
{
    /// <summary>
    /// The fee of one sale: the share rounded half-up per transaction, then the fixed part, then the minimum, then the cap (domain §3).
    /// 0 or more. Throws <see cref="OverflowException"/> beyond 64 bits.
    /// </summary>
    public long FeeOf(long amountFen)
    {
        var fee = Rate.OfHalfUp(amountFen) + FixedFen;
        fee = fee < MinFen ? MinFen : fee;
        return CapFen is { } cap && fee > cap ? cap : fee;
    }
}
