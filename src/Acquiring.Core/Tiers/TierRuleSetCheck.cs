using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tiers;

/// <summary>Judges a proposed rule set. The first fault in the order of the proposal is told; lists left out are empty ones.</summary>
public static class TierRuleSetCheck
{
    public const int RulesMax = 200;
    public const int MccsMax = 300;
    public const int TownshipsMax = 5_000;
    public const int GroupsMax = 200;
    public const int ThresholdsMax = 300;
    public const int EffectsMax = 300;
    public const int TextCharsMax = 200;
    public const int MonthsMax = 12;
    public const int VisitDaysMax = 3_660;
    public const long FenMax = 1_000_000_000_000_000;

    /// <summary>In this order: name, rules, townships, thresholds, hysteresis, effects.</summary>
    public static Refusal? Of(TierRuleSet set) =>
        CheckText("name", set.Name)
        ?? CheckCount("rules", set.Rules.Count, 1, RulesMax)
        ?? First(set.Rules, (rule, i) => CheckRule(rule, $"rules[{i}]"))
        ?? Twice("rules", set.Rules.Select(r => r.Code))
        ?? OneMeaning(set.Rules)
        ?? CheckCount("keyTownships", set.KeyTownships.Count, 0, TownshipsMax)
        ?? First(set.KeyTownships, (name, i) => CheckText($"keyTownships[{i}]", name))
        ?? Twice("keyTownships", set.KeyTownships)
        ?? CheckCount("thresholds", set.Thresholds.Count, 0, ThresholdsMax)
        ?? First(set.Thresholds, (threshold, i) => CheckThreshold(set, threshold, $"thresholds[{i}]"))
        ?? Twice("thresholds", set.Thresholds.Select(t => $"{t.For} {t.Grade}"))
        ?? Falling(set.Thresholds)
        ?? CheckHysteresis(set.Hysteresis)
        ?? CheckCount("effects", set.Effects.Count, 0, EffectsMax)
        ?? First(set.Effects, (effect, i) => CheckEffect(set, effect, $"effects[{i}]"));

    private static Refusal? CheckRule(TierRule rule, string at) =>
        !RegistryCells.IsCode(rule.Code) ? TierRefusals.Code($"{at}.code")
        : !RegistryCells.IsCode(rule.Tier) || rule.Tier is "big" or "small" ? TierRefusals.Code($"{at}.tier")
        : !Enum.IsDefined(rule.Dimension) ? TierRefusals.Word($"{at}.dimension")
        : rule.Class is { } c && !Enum.IsDefined(c) ? TierRefusals.Word($"{at}.class")
        : rule.Class is null == (rule.Dimension == TierDimension.Industry) ? TierRefusals.Class($"{at}.class")
        : CheckCount($"{at}.mccs", rule.Mccs.Count, rule.Dimension == TierDimension.NamedGroup ? 0 : 1, MccsMax)
            ?? First(rule.Mccs, (mcc, i) => mcc is { Length: 4 } && !mcc.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : TierRefusals.Mcc($"{at}.mccs[{i}]"))
            ?? CheckDemand(rule, at)
            ?? CheckText($"{at}.source", rule.Source);

    private static Refusal? CheckDemand(TierRule rule, string at)
    {
        if (rule.Attribute is { } attribute && !Enum.IsDefined(attribute))
        {
            return TierRefusals.Word($"{at}.attribute");
        }

        var kind = rule.Attribute is { } asked ? AttributeKind.Of(asked) : null;
        if (kind?.Form == AttributeValueForm.Number ? rule.Min < kind.Min || rule.Min > kind.Max || rule.Min is null : rule.Min is not null)
        {
            return TierRefusals.Min($"{at}.min");
        }

        // One demand a row: a missing one is then always one attribute, and the answer says which.
        var demands = (rule.Attribute is null ? 0 : 1) + (rule.KeyTownship ? 1 : 0) + (rule.Groups.Count > 0 ? 1 : 0);
        if (demands > 1 || rule.Groups.Count > 0 != (rule.Dimension == TierDimension.NamedGroup))
        {
            return TierRefusals.Demand(at);
        }

        return CheckCount($"{at}.groups", rule.Groups.Count, 0, GroupsMax)
            ?? First(rule.Groups, (group, i) =>
                group == TierRule.AnyNamedGroup || RegistryCells.IsCode(group ?? "") ? null : TierRefusals.Code($"{at}.groups[{i}]"));
    }

    /// <summary>A tier belongs to one dimension and one class, whatever row gives it.</summary>
    private static Refusal? OneMeaning(IReadOnlyList<TierRule> rules) =>
        rules.GroupBy(r => r.Tier).FirstOrDefault(g => g.Select(r => (r.Dimension, r.Class)).Distinct().Count() > 1) is { } unclear
            ? TierRefusals.TierUnclear(unclear.Key)
            : null;

    private static Refusal? CheckThreshold(TierRuleSet set, TierThreshold threshold, string at) =>
        (threshold.For == "*" ? null : CheckFor(set, threshold.For, $"{at}.for"))
        ?? (!Enum.IsDefined(threshold.Grade) || threshold.Grade == TierGrade.D ? TierRefusals.Word($"{at}.grade") : null)
        ?? CheckRange($"{at}.netFenMin", threshold.NetFenMin, 0, FenMax)
        ?? CheckRange($"{at}.activePercentMin", threshold.ActivePercentMin, 0, 100)
        ?? CheckRange($"{at}.commissionFenMin", threshold.CommissionFenMin, 0, FenMax)
        ?? CheckText($"{at}.source", threshold.Source);

    /// <summary>A better grade never asks for less.</summary>
    private static Refusal? Falling(IReadOnlyList<TierThreshold> thresholds)
    {
        foreach (var of in thresholds.GroupBy(t => t.For))
        {
            foreach (var (better, worse) in of.OrderBy(t => t.Grade).Zip(of.OrderBy(t => t.Grade).Skip(1)))
            {
                if (better.NetFenMin < worse.NetFenMin || better.ActivePercentMin < worse.ActivePercentMin || better.CommissionFenMin < worse.CommissionFenMin)
                {
                    return TierRefusals.ThresholdOrder(of.Key, $"{better.Grade}");
                }
            }
        }

        return null;
    }

    private static Refusal? CheckHysteresis(TierHysteresis hysteresis) =>
        CheckRange("hysteresis.promotionMonths", hysteresis.PromotionMonths, 1, MonthsMax)
        ?? CheckRange("hysteresis.demotionMonths", hysteresis.DemotionMonths, 1, MonthsMax)
        ?? CheckRange("hysteresis.keepPercent", hysteresis.KeepPercent, 1, 100)
        ?? CheckText("hysteresis.source", hysteresis.Source);

    private static Refusal? CheckEffect(TierRuleSet set, TierEffect effect, string at)
    {
        if (CheckFor(set, effect.For, $"{at}.for") is { } unknown)
        {
            return unknown;
        }

        if (effect.GradeAtLeast is { } grade && !Enum.IsDefined(grade))
        {
            return TierRefusals.Word($"{at}.gradeAtLeast");
        }

        if (effect is { FeePlan: null, VisitEveryDays: null, CreditLinePrescreen: false, RepaymentSharePercent: null })
        {
            return TierRefusals.EmptyEffect(at);
        }

        if (effect.FeePlan is { } plan && FeePlanDraft.Read(plan).Refusal is { } bad)
        {
            return bad;
        }

        return (effect.VisitEveryDays is { } days ? CheckRange($"{at}.visitEveryDays", days, 1, VisitDaysMax) : null)
            ?? (effect.RepaymentSharePercent is { } share && !Rate.TryParsePercent(share, out _) ? TierRefusals.Share($"{at}.repaymentSharePercent") : null)
            ?? CheckText($"{at}.source", effect.Source);
    }

    private static Refusal? CheckFor(TierRuleSet set, string value, string at) =>
        value is "big" or "small" || set.Rules.Any(r => r.Tier == value)
            ? null
            : TierRefusals.UnknownFor(at, value is { Length: > 40 } ? value[..40] : value ?? "");

    private static Refusal? CheckText(string at, string? text) =>
        string.IsNullOrWhiteSpace(text) || text.Length > TextCharsMax ? TierRefusals.Text(at, TextCharsMax)
        : CardLikeText.Has(text) ? TierRefusals.CardInText(at)
        : null;

    private static Refusal? CheckRange(string at, long value, long min, long max) => value < min || value > max ? TierRefusals.Range(at, min, max) : null;

    private static Refusal? CheckCount(string at, int count, int min, int max) => count < min || count > max ? TierRefusals.Count(at, min, max) : null;

    private static Refusal? Twice(string at, IEnumerable<string> values) =>
        values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice ? TierRefusals.Twice(at, twice.Key) : null;

    private static Refusal? First<T>(IReadOnlyList<T> items, Func<T, int, Refusal?> check)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (check(items[i], i) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
