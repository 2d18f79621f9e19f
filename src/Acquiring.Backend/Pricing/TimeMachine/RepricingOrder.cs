using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>
/// Which days to price again, and how. What is not said stays as each line was booked: its plan, term and step, and its tariff rule. So an
/// order that says nothing more recomputes the journal, and must find no difference.
/// </summary>
/// <param name="From">First transaction date.</param>
/// <param name="To">Last transaction date.</param>
/// <param name="Tariff">In force on all these days instead.</param>
/// <param name="Terms">Every merchant's plan instead.</param>
/// <param name="ByDate">What each line was booked by is looked up anew: plan, step, tariff and class as the registry knows them now.</param>
/// <param name="MerchantId"><c>null</c> is all.</param>
/// <param name="ByMonth">Also keep sums by month.</param>
internal sealed record RepricingOrder(
    DateOnly From, DateOnly To, Tariff? Tariff = null, IReadOnlyList<FeeTerm>? Terms = null, bool ByDate = false, int? MerchantId = null,
    bool ByMonth = false)
{
    public bool Covers(DateOnly date) => date >= From && date <= To;
}
