using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>
/// Says in sentences which plan, term, step and tariff rule made a fee. What a journal row names is enough; the words come from the
/// catalogue in the reader's language.
/// </summary>
public sealed class FeeExplanation(TextCatalog texts, CultureInfo language)
{
    /// <param name="plan">The plan the row names.</param>
    /// <param name="planTerm">The row's term and step; <c>default</c> for a row from before they were written down.</param>
    /// <param name="rule">The row's tariff rule, <see cref="TariffRule.None"/> for 0.</param>
    public IReadOnlyList<string> Sentences(FeePlan plan, PlanTerm planTerm, Tariff? tariff, TariffRule rule)
    {
        var sentences = new List<string> { Plan(plan) };
        var term = plan.Terms.FirstOrDefault(t => t.PayType == planTerm.PayType && t.CardKind == planTerm.CardKind);
        if (term is not null && planTerm.Step >= 0 && planTerm.Step < term.Steps.Count)
        {
            sentences.Add(Say(
                "pricing.explain.term", new("payType", Word($"pay-type.{term.PayType}")), new("cardKind", Word($"card-kind.{term.CardKind}")),
                new("terms", Terms(term.Steps[planTerm.Step].Terms))));
            if (term.Steps.Count > 1)
            {
                sentences.Add(Say(
                    "pricing.explain.step", new("step", $"{planTerm.Step + 1}"), new("steps", $"{term.Steps.Count}"),
                    new("volume", Yuan(term.Steps[planTerm.Step].FromVolumeFen))));
            }
        }

        sentences.Add(tariff is null ? Say("pricing.explain.no-tariff") : OfTariff(tariff, rule));
        if (tariff is not null)
        {
            sentences.Add(Word($"grade.{rule.Grade}"));
        }

        return sentences;
    }

    /// <summary>Who gets how much of the fee.</summary>
    public string OfParts(FeeParts parts) => Say(
        parts.AcquirerFeeFen < 0 ? "pricing.explain.parts-negative" : "pricing.explain.parts",
        new("fee", Yuan(parts.FeeFen)), new("issuer", Yuan(parts.IssuerFeeFen)), new("network", Yuan(parts.NetworkFeeFen)),
        new("acquirer", Yuan(parts.AcquirerFeeFen)));

    /// <summary>A rate with its fixed part, minimum and cap, as one phrase.</summary>
    public string Terms(FeeTerms terms)
    {
        var text = Say("pricing.explain.rate", new Detail("rate", $"{terms.Rate}"));
        text += terms.FixedFen > 0 ? Say("pricing.explain.fixed", new Detail("amount", Yuan(terms.FixedFen))) : "";
        text += terms.MinFen > 0 ? Say("pricing.explain.minimum", new Detail("amount", Yuan(terms.MinFen))) : "";
        return text + (terms.CapFen is { } cap ? Say("pricing.explain.cap", new Detail("amount", Yuan(cap))) : "");
    }

    public string ClassName(TariffClass tariffClass) => Word($"class.{tariffClass}");

    public static string Yuan(long fen)
    {
        var magnitude = fen < 0 ? -(Int128)fen : fen;
        return $"{(fen < 0 ? "-" : "")}{magnitude / 100}.{(int)(magnitude % 100):D2}";
    }

    private string Plan(FeePlan plan) => plan.EffectiveFrom == DateOnly.MinValue
        ? Say("pricing.explain.first-plan", new Detail("plan", $"{plan.Id}"))
        : Say("pricing.explain.plan", new("plan", $"{plan.Id}"), new("from", $"{plan.EffectiveFrom:yyyy-MM-dd}"));

    private string OfTariff(Tariff tariff, TariffRule rule) => Say(
        "pricing.explain.tariff", new("tariff", tariff.Code), new("from", $"{tariff.EffectiveFrom:yyyy-MM-dd}"), new("rule", $"{rule.Id}"),
        new("class", ClassName(rule.Class)), new("issuer", Share(rule.Issuer)), new("network", Share(rule.Network)));

    private string Share(CappedRate share) =>
        Say("pricing.explain.rate", new Detail("rate", $"{share.Rate}")) + (share.CapFen is { } cap ? Say("pricing.explain.cap", new Detail("amount", Yuan(cap))) : "");

    private string Word(string key) => texts.Text($"pricing.{key.ToLowerInvariant()}", language);

    private string Say(string key, params IReadOnlyList<Detail> details) => texts.Text(key, language, details);
}
