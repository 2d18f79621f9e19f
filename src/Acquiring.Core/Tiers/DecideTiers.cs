using Acquiring.Core.Merchants;

namespace Acquiring.Core.Tiers;

/// <summary>
/// The tiers of a merchant as a pure function of the rules and of what is known. Of the rows that fit the MCC, in the order of the set, the
/// first whose demand is met decides; when none is, and one cannot be judged, the answer is <i>not enough evidence</i>.
/// </summary>
public static class DecideTiers
{
    private enum Judged
    {
        Met,
        Unmet,
        Unknown,
    }

    public static IReadOnlyList<TierDimension> Dimensions { get; } = Enum.GetValues<TierDimension>();

    public static TierDecision Of(TierRuleSet rules, TierFacts facts, TierDimension dimension)
    {
        List<TierEvidence>? against = null;
        List<TierRule>? unknown = null;
        List<TierLever>? levers = null;
        foreach (var rule in rules.Rules)
        {
            if (rule.Dimension != dimension || !rule.IsAbout(facts.Mcc))
            {
                continue;
            }

            var evidence = new List<TierEvidence>();
            switch (Judge(rules, rule, facts, evidence))
            {
                case Judged.Met:
                    levers ??= [];
                    levers.AddRange(Losing(rule, evidence));
                    return new(dimension, TierOutcome.Tier, rule, facts.Mcc, evidence, [], levers);
                case Judged.Unknown:
                    (unknown ??= []).Add(rule);
                    (levers ??= []).Add(Gaining(rule));
                    break;
                default:
                    (against ??= []).AddRange(evidence);
                    (levers ??= []).Add(Gaining(rule));
                    break;
            }
        }

        IReadOnlyList<TierEvidence> known = against is null ? [] : against;
        return unknown is not null
            ? new(dimension, TierOutcome.NotEnoughEvidence, null, facts.Mcc, known, unknown, levers!)
            : new(dimension, TierOutcome.None, null, facts.Mcc, known, [], levers is null ? [new(null, null, null, null)] : levers);
    }

    /// <summary>The attribute that a row asks for: its own, or the evidence of the township.</summary>
    internal static MerchantAttribute Asked(TierRule rule) => rule.Attribute ?? MerchantAttribute.TownshipOnKeyList;

    private static Judged Judge(TierRuleSet rules, TierRule rule, TierFacts facts, List<TierEvidence> evidence)
    {
        var worst = Judged.Met;
        if (rule.Attribute is { } attribute)
        {
            worst = JudgeAttribute(rule, facts.Of(attribute), evidence);
        }

        if (rule.KeyTownship)
        {
            worst = Worse(worst, JudgeTownship(rules, facts, evidence));
        }

        return rule.Groups.Count > 0 ? Worse(worst, JudgeGroups(rule, facts, evidence)) : worst;
    }

    /// <summary>One demand that fails decides, whatever is unknown of another.</summary>
    private static Judged Worse(Judged one, Judged other) =>
        one == Judged.Unmet || other == Judged.Unmet ? Judged.Unmet : one == Judged.Unknown ? one : other;

    private static Judged JudgeAttribute(TierRule rule, TierAttributeFact? found, List<TierEvidence> evidence)
    {
        if (found is not { } fact)
        {
            return Judged.Unknown;
        }

        evidence.Add(new(fact, null, null));
        var met = AttributeKind.Of(fact.Attribute).Form switch
        {
            AttributeValueForm.Number => fact.Value[0] - '0' >= (rule.Min ?? 0),
            AttributeValueForm.Flag => fact.Value == "true",
            _ => true,
        };
        return met ? Judged.Met : Judged.Unmet;
    }

    private static Judged JudgeTownship(TierRuleSet rules, TierFacts facts, List<TierEvidence> evidence)
    {
        if (rules.IsKeyTownship(facts.Township))
        {
            evidence.Add(new(null, facts.Township, null));
            return Judged.Met;
        }

        if (facts.Of(MerchantAttribute.TownshipOnKeyList) is { } fact)
        {
            evidence.Add(new(fact, null, null));
            return Judged.Met;
        }

        if (facts.Township.Length == 0 || rules.KeyTownships.Count == 0)
        {
            return Judged.Unknown;
        }

        evidence.Add(new(null, facts.Township, null));
        return Judged.Unmet;
    }

    private static Judged JudgeGroups(TierRule rule, TierFacts facts, List<TierEvidence> evidence)
    {
        var before = evidence.Count;
        foreach (var group in facts.Groups)
        {
            if (rule.Groups.Contains(group.Code) || (group.IsNamed && rule.Groups.Contains(TierRule.AnyNamedGroup)))
            {
                evidence.Add(new(null, null, group.Code));
            }
        }

        return evidence.Count > before ? Judged.Met : Judged.Unmet;
    }

    private static TierLever Gaining(TierRule rule) => rule.Groups.Count > 0
        ? new(rule.Tier, null, string.Join(',', rule.Groups), null)
        : new(rule.Tier, Asked(rule), Needs(rule), null);

    private static IEnumerable<TierLever> Losing(TierRule rule, List<TierEvidence> evidence)
    {
        yield return new(null, null, null, null);
        foreach (var found in evidence)
        {
            if (found.Attribute is { } fact)
            {
                yield return new(null, fact.Attribute, fact.Attribute == rule.Attribute ? Needs(rule) : "named", fact.ValidTo);
            }
            else if (found.Group is not null)
            {
                yield return new(null, null, string.Join(',', rule.Groups), null);
                yield break;
            }
        }
    }

    private static string Needs(TierRule rule) => AttributeKind.Of(Asked(rule)).Form switch
    {
        AttributeValueForm.Number => $">={rule.Min ?? 0}",
        AttributeValueForm.Flag => "true",
        _ => "named",
    };
}
