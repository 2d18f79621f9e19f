using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Pricing;

/// <summary>Why a request of this module is refused; what is wrong with a proposal itself says <c>PricingRefusals</c> of the core.</summary>
internal static class PricingRequestRefusals
{
    public static Refusal UnknownMerchant(string merchantNo) =>
        Refusal.Of(RefusalKind.NotFound, "merchant.unknown", new Detail("merchantNo", merchantNo));

    public static Refusal ProposalIdMissing() => Refusal.Of(RefusalKind.Invalid, "pricing.proposal-id-missing");

    public static Refusal ProposalDiffers(Guid proposalId) =>
        Refusal.Of(RefusalKind.Rule, "pricing.proposal-differs", new Detail("proposalId", $"{proposalId}"));

    public static Refusal TooEarly(DateOnly asked, DateOnly earliest) =>
        Refusal.Of(RefusalKind.Rule, "pricing.too-early", Date("date", asked), Date("earliest", earliest));

    public static Refusal TooLate(DateOnly asked, DateOnly latest) =>
        Refusal.Of(RefusalKind.Invalid, "pricing.too-late", Date("date", asked), Date("latest", latest));

    public static Refusal LaterPlan(DateOnly asked, DateOnly latestPlan) =>
        Refusal.Of(RefusalKind.Conflict, "pricing.later-plan", Date("date", asked), Date("planned", latestPlan));

    public static Refusal UnknownTariff(int tariffId, TariffBook book) => Refusal.Of(
        RefusalKind.NotFound, "pricing.unknown-tariff", new Detail("tariffId", $"{tariffId}"),
        new Detail("known", string.Join("; ", book.Tariffs.Select(t => $"{t.Id} {t.Code}, {t.EffectiveFrom:yyyy-MM-dd}"))));

    public static Refusal UnknownPlan(int feePlanId) => Refusal.Of(RefusalKind.NotFound, "pricing.unknown-plan", new Detail("feePlanId", $"{feePlanId}"));

    public static Refusal UnknownRule(int ruleId) => Refusal.Of(RefusalKind.NotFound, "pricing.unknown-rule", new Detail("tariffRuleId", $"{ruleId}"));

    public static Refusal Range(DateOnly from, DateOnly to, int daysMax) => Refusal.Of(
        RefusalKind.Invalid, "pricing.repricing-range", Date("from", from), Date("to", to), new Detail("max", $"{daysMax}"));

    public static Refusal UnknownRepricing(Guid id) =>
        Refusal.Of(RefusalKind.NotFound, "pricing.unknown-repricing", new Detail("repricingId", $"{id}"));

    public static Refusal RepricingDiffers(Guid id) =>
        Refusal.Of(RefusalKind.Rule, "pricing.repricing-differs", new Detail("repricingId", $"{id}"));

    public static Refusal TooManyRepricings(int max) =>
        Refusal.Of(RefusalKind.Conflict, "pricing.too-many-repricings", new Detail("max", $"{max}"));

    public static Refusal RepricingUnfinished(Guid id) =>
        Refusal.Of(RefusalKind.Conflict, "pricing.repricing-unfinished", new Detail("repricingId", $"{id}"));

    private static Detail Date(string name, DateOnly date) => new(name, $"{date:yyyy-MM-dd}");
}
