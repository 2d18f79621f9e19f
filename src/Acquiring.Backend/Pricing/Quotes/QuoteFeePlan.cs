using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Backend.Pricing.TimeMachine;
using Acquiring.Backend.Registry;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing.Quotes;

/// <param name="Terms">Needed: one for debit and one for credit cards; QR codes and wallets without one cost what the card of their kind costs.</param>
public sealed record QuoteRequest(IReadOnlyList<FeeTermDraft>? Terms);

/// <summary>
/// Tells what a proposed plan would have brought over a merchant's own last 12 months, day for day: the time machine with one merchant.
/// Costs are those of the tariffs in force on each date. Changes nothing.
/// </summary>
public sealed class QuoteFeePlan(
    NpgsqlDataSource dataSource, RegistrySnapshots registries, PricingOptions options, TextCatalog texts, TimeProvider clock)
{
    private const int Months = 12;

    /// <summary>Fewer months than this with sales say little about a year.</summary>
    private const int MonthsEnough = 3;

    /// <summary>Refusals: a bad proposal, an unknown merchant.</summary>
    public async Task<Result<QuoteAnswer>> RunAsync(
        string merchantNo, QuoteRequest request, CultureInfo language, CancellationToken cancellationToken)
    {
        if (!FeePlanDraft.Read(request.Terms).Accepted(out var terms, out var bad))
        {
            return bad;
        }

        int? merchantId;
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            merchantId = await FeePlanStore.MerchantIdAsync(connection, merchantNo, cancellationToken);
        }

        if (merchantId is null)
        {
            return PricingRequestRefusals.UnknownMerchant(merchantNo);
        }

        var to = BusinessTime.Today(clock);
        var order = new RepricingOrder(
            to.AddMonths(-Months).AddDays(1), to, Terms: terms, ByDate: true, MerchantId: merchantId, ByMonth: true);
        var outcome = await new RepricingRun(dataSource, registries, options).RunAsync(order, null, null, cancellationToken);
        var merchant = outcome.Merchants.SingleOrDefault();
        var sums = merchant?.Sums ?? default;
        var months = merchant?.Months ?? [];
        var imported = await ImportedMonths.OfAsync(dataSource, merchantId.Value, order.From, to, cancellationToken);
        var all = months.Keys.Union(imported.Keys).Order();
        var withSales = all.Count(m => months.GetValueOrDefault(m).Sales > 0 || imported.GetValueOrDefault(m) is { Sales: > 0 });
        var tariff = outcome.Registry.Tariffs.Tariffs.LastOrDefault(t => t.EffectiveFrom <= to);
        return new QuoteAnswer(
            merchantNo, order.From, to, QuoteSums.Of(sums), [.. all.Select(m => new QuoteMonth(m, QuoteSums.Of(months.GetValueOrDefault(m)), imported.GetValueOrDefault(m)))],
            [.. Warnings(sums, withSales, imported.Count > 0, tariff).Select(w => new QuoteWarning(w.Code, texts.Text(w.Code, language, w.Details)))]);
    }

    private static IEnumerable<(string Code, IReadOnlyList<Detail> Details)> Warnings(RepricedSums sums, int months, bool hasImported, Tariff? tariff)
    {
        if (hasImported)
        {
            yield return ("quote.imported", []);
        }

        if (sums.Sales == 0)
        {
            yield return ("quote.no-sales", []);
            yield break;
        }

        if (months < MonthsEnough)
        {
            yield return ("quote.short-history", [new("months", $"{months}")]);
        }

        if (sums.Repriced.AcquirerFeeFen < 0)
        {
            yield return ("quote.negative-margin", [new("margin", FeeExplanation.Yuan(sums.Repriced.AcquirerFeeFen))]);
        }
        else if (sums.SalesBelowCost > 0)
        {
            yield return ("quote.sales-below-cost", [new("sales", $"{sums.SalesBelowCost}"), new("all", $"{sums.Sales}")]);
        }

        if (sums.Repriced.FeeFen > sums.Booked.FeeFen)
        {
            yield return ("quote.fee-rises", [new("by", FeeExplanation.Yuan(sums.Repriced.FeeFen - sums.Booked.FeeFen))]);
        }

        if (tariff is { Grade: SourceGrade.Unverified })
        {
            yield return ("quote.tariff-unverified", [new("tariff", tariff.Code)]);
        }
    }
}

/// <param name="From">First transaction date looked at.</param>
/// <param name="To">Last one: today.</param>
/// <param name="Warnings">What a person should know before proposing this plan.</param>
public sealed record QuoteAnswer(
    string MerchantNo, DateOnly From, DateOnly To, QuoteSums Sums, IReadOnlyList<QuoteMonth> Months, IReadOnlyList<QuoteWarning> Warnings);

/// <param name="Imported">What was imported of the time before our journal: it has no cards, so no plan prices it; its volume chooses steps.</param>
public sealed record QuoteMonth(DateOnly Month, QuoteSums Sums, ImportedVolumeAnswer? Imported);

/// <param name="FeeNow">As charged, less what was given back.</param>
/// <param name="FeeThen">As the proposed plan would have charged, with the same refunds.</param>
/// <param name="Cost">Issuer's and network's parts by the tariffs in force.</param>
/// <param name="SalesBelowCost">Sales that would cost more than they bring.</param>
public sealed record QuoteSums(
    long Sales, Money Gross, Money FeeNow, Money FeeThen, Money Cost, Money MarginNow, Money MarginThen, long SalesBelowCost)
{
    internal static QuoteSums Of(RepricedSums sums)
    {
        var costFen = sums.Repriced.IssuerFeeFen + sums.Repriced.NetworkFeeFen;
        return new(
            sums.Sales, new(sums.GrossFen), new(sums.Booked.FeeFen), new(sums.Repriced.FeeFen), new(costFen), new(sums.Booked.FeeFen - costFen),
            new(sums.Repriced.AcquirerFeeFen), sums.SalesBelowCost);
    }
}

public sealed record QuoteWarning(string Code, string Text);
