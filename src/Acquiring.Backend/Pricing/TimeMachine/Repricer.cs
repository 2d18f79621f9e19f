using Acquiring.Backend.Registry;
using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>Prices journal rows again as an order says. Touches nothing but memory.</summary>
internal sealed class Repricer(RegistrySnapshot registry, RepricingOrder order, HypotheticalSteps steps)
{
    private readonly Dictionary<int, RepricedMerchant> _merchants = [];
    private readonly Dictionary<string, MccTariff> _byMcc = new(StringComparer.Ordinal);
    private readonly TariffBook _book = order.Tariff is { } tariff ? registry.Tariffs.Always(tariff) : registry.Tariffs;
    private readonly FeePlan? _plan = order.Terms is { } terms ? new FeePlan(0, DateOnly.MinValue, terms) : null;

    public RepricingOrder Order => order;

    public IReadOnlyCollection<RepricedMerchant> Merchants => _merchants.Values;

    /// <summary>A merchant that the journal names and the registry does not is a bug and throws.</summary>
    public RepricedMerchant Of(int merchantId)
    {
        if (!_merchants.TryGetValue(merchantId, out var merchant))
        {
            var registered = registry.TryMerchant(merchantId, out var found)
                ? found
                : throw new InvalidOperationException($"the journal names merchant {merchantId}, which the registry does not know");
            MccTariff? tariff;
            if (registered.MccHistory is { Changes.Count: > 0 } history)
            {
                tariff = _book.For(history);
            }
            else if (!_byMcc.TryGetValue(registered.Mcc, out tariff))
            {
                _byMcc.Add(registered.Mcc, tariff = _book.For(registered.Mcc));
            }

            _merchants.Add(merchantId, merchant = new(registered, tariff, steps.Of(merchantId), order.ByMonth));
        }

        return merchant;
    }

    /// <summary>The parts of a sale of a positive amount.</summary>
    public FeeParts Price(RepricedMerchant merchant, in SaleRow sale, long amountFen)
    {
        var rule = order.Tariff is not null || order.ByDate
            ? merchant.Tariff.RuleOn(sale.Date, sale.CardKind)
            : _book.Rule(sale.TariffRuleId) ?? throw new InvalidOperationException($"the journal names tariff rule {sale.TariffRuleId}, which no tariff has");
        if (_plan is not null)
        {
            return SalePrice.Of(
                _plan, VolumeStepDecision.VolumeOn(merchant.Steps, sale.Date), rule, sale.PayType, sale.CardKind, amountFen).Parts;
        }

        if (order.ByDate && merchant.Merchant.PlanOn(sale.Date) is { } dated)
        {
            return SalePrice.Of(
                dated, VolumeStepDecision.VolumeOn(merchant.Merchant.StepDecisions, sale.Date), rule, sale.PayType, sale.CardKind, amountFen).Parts;
        }

        var plan = merchant.PlanById(sale.FeePlanId);
        var (term, step) = sale.Term.Code == 0
            ? (plan.TermOf(sale.PayType, sale.CardKind), 0)
            : (plan.TermOf(sale.Term.PayType, sale.Term.CardKind), sale.Term.Step);
        return SalePrice.Of(plan.Id, term, step, rule, amountFen).Parts;
    }
}
