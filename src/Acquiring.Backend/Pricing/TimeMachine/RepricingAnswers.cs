using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <param name="RepricingId">Made by the client before it sends; the operation has the same id. Without one the server makes it.</param>
/// <param name="From">First transaction date.</param>
/// <param name="To">Last transaction date.</param>
/// <param name="TariffId">Look at these days as if this tariff had been in force; without it each line keeps the rule it was booked by.</param>
/// <param name="Terms">Look at these days as if this plan had been every merchant's; without it each line keeps its own.</param>
/// <param name="ByDate">Look plan, step, tariff and class up by date as they are known now, instead of keeping what lines were booked by.</param>
/// <param name="MerchantNo">Only this merchant.</param>
public sealed record RepricingRequest(
    Guid? RepricingId, DateOnly From, DateOnly To, int? TariffId = null, IReadOnlyList<FeeTermDraft>? Terms = null, bool ByDate = false,
    string? MerchantNo = null);

public sealed record RepricingAnswer(Guid RepricingId, OperationState State, RepricingRequest Request, RepricingSummary? Summary);

/// <param name="Lines">Journal rows read, those taken back included.</param>
/// <param name="Changed">Merchants whose fee or parts differ.</param>
/// <param name="NegativeMargins">Merchants that cost more than they bring when priced again.</param>
/// <param name="Suspects">Merchants that may be coded as a cheaper trade than their own.</param>
public sealed record RepricingSummary(
    long Lines, long ElapsedMs, long LinesPerSecond, int Merchants, int Changed, int NegativeMargins, int Suspects, long Sales, Money Gross,
    PartsAnswer Booked, PartsAnswer Repriced, PartsAnswer Difference);

/// <param name="Margin">The acquirer's part: fee less issuer's and network's.</param>
public sealed record PartsAnswer(Money Fee, Money Issuer, Money Network, Money Margin)
{
    internal static PartsAnswer Of(FeeParts p) => new(new(p.FeeFen), new(p.IssuerFeeFen), new(p.NetworkFeeFen), new(p.AcquirerFeeFen));
}

/// <summary>One merchant's days, as booked and as priced again.</summary>
/// <param name="SalesBelowCost">Sales that cost more than they bring when priced again.</param>
/// <param name="Suspicion">Only a suspicion: a person looks.</param>
public sealed record RepricedMerchantAnswer(
    string MerchantNo, string Mcc, long Sales, Money Gross, PartsAnswer Booked, PartsAnswer Repriced, PartsAnswer Difference,
    bool NegativeMargin, long SalesBelowCost, SuspicionAnswer? Suspicion);

/// <param name="Evidence">Sentences in the reader's language.</param>
public sealed record SuspicionAnswer(string CodedAs, string SuspectedMcc, IReadOnlyList<string> Evidence);
