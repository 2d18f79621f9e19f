using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Tiers;

namespace Acquiring.Backend.Tiers.Rules;

/// <inheritdoc cref="TierRule"/>
/// <param name="Code">Names the row in decisions: 1 to 40 letters, digits, dots, hyphens or underscores, unique within the set.</param>
/// <param name="Mccs">Which merchants it is about; left out is any, of named groups only.</param>
/// <param name="Min">Of a star rating.</param>
public sealed record TierRuleContent(
    string? Code, string? Tier, TierDimension Dimension, TierClass? Class = null, IReadOnlyList<string?>? Mccs = null,
    MerchantAttribute? Attribute = null, int? Min = null, bool KeyTownship = false, IReadOnlyList<string?>? Groups = null, string? Source = null);

/// <inheritdoc cref="TierThreshold"/>
public sealed record TierThresholdContent(
    string? For, TierGrade Grade, long NetFenMin, int ActivePercentMin, long CommissionFenMin, string? Source = null);

/// <inheritdoc cref="TierHysteresis"/>
public sealed record TierHysteresisContent(int PromotionMonths = 2, int DemotionMonths = 2, int KeepPercent = 80, string? Source = null);

/// <inheritdoc cref="TierEffect"/>
public sealed record TierEffectContent(
    string? For, TierGrade? GradeAtLeast = null, IReadOnlyList<FeeTermDraft>? FeePlan = null, int? VisitEveryDays = null,
    bool CreditLinePrescreen = false, string? RepaymentSharePercent = null, string? Source = null);

/// <summary>A rule set as it is proposed, kept and told.</summary>
/// <param name="Rules">Tried in this order within a dimension; the first whose demand is met decides.</param>
/// <param name="KeyTownships">As the registry writes them. Empty: evidence says it merchant by merchant.</param>
/// <param name="Thresholds">None: nobody is graded.</param>
public sealed record TierRuleSetContent(
    string? Name, IReadOnlyList<TierRuleContent?>? Rules, IReadOnlyList<string?>? KeyTownships = null,
    IReadOnlyList<TierThresholdContent?>? Thresholds = null, TierHysteresisContent? Hysteresis = null, IReadOnlyList<TierEffectContent?>? Effects = null)
{
    internal static TierRuleSetContent Parse(string json) => JsonSerializer.Deserialize<TierRuleSetContent>(json, PlatformJson.Options)!;

    internal string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Options);

    /// <summary>Not judged: what is left out or null is empty, and <see cref="TierRuleSetCheck"/> says what may be.</summary>
    internal TierRuleSet ToRules() => new(
        Name ?? "",
        [.. (Rules ?? []).Select(r => r ?? new(null, null, default)).Select(r => new TierRule(
            r.Code ?? "", r.Tier ?? "", r.Dimension, r.Class, Texts(r.Mccs), r.Attribute, r.Min, r.KeyTownship, Texts(r.Groups), r.Source ?? ""))],
        Texts(KeyTownships),
        [.. (Thresholds ?? []).Select(t => t ?? new(null, default, 0, 0, 0)).Select(t => new TierThreshold(
            t.For ?? "", t.Grade, t.NetFenMin, t.ActivePercentMin, t.CommissionFenMin, t.Source ?? ""))],
        Hysteresis is { } h ? new(h.PromotionMonths, h.DemotionMonths, h.KeepPercent, h.Source ?? "") : new(2, 2, 80, "default [U]"),
        [.. (Effects ?? []).Select(e => e ?? new(null)).Select(e => new TierEffect(
            e.For ?? "", e.GradeAtLeast, e.FeePlan, e.VisitEveryDays, e.CreditLinePrescreen, e.RepaymentSharePercent, e.Source ?? ""))]);

    private static IReadOnlyList<string> Texts(IReadOnlyList<string?>? texts) => [.. (texts ?? []).Select(t => t ?? "")];
}
