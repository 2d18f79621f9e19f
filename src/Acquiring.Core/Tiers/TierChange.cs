using System.Text.Json;

namespace Acquiring.Core.Tiers;

/// <summary>How a decision differs from the one before it.</summary>
public enum TierMove
{
    First = 1,

    /// <summary>Into a tier, from small to big, or to a better grade.</summary>
    Promotion,

    /// <summary>From big to small, or to a worse grade.</summary>
    Demotion,

    /// <summary>Another tier of the same class, a first grade, or the same for another reason.</summary>
    Changed,

    /// <summary>Out of a tier.</summary>
    Lost,
}

/// <summary>What moved it.</summary>
public enum TierReason
{
    First = 1,
    Mcc,
    Attribute,
    Township,
    Group,
    RuleSet,
    FirstGrade,
    ActivityUp,
    ActivityDown,
}

/// <summary>The present decision of one dimension of a merchant.</summary>
/// <param name="Since">Since when it is in the tier, or out of all.</param>
/// <param name="RuleSetVersion">Of the rules that decided it.</param>
public sealed record PresentTier(
    TierOutcome Outcome, string? Tier, TierClass? Class, TierGrade? Grade, DateOnly Since, int RuleSetVersion, string Document);

/// <summary>A decision to be written.</summary>
public sealed record TierChange(TierMove Move, IReadOnlyList<TierReason> Reasons, PresentTier Next)
{
    /// <summary>
    /// What is to be written; <c>null</c> when nothing changed. An answer <i>none</i> is not written where there was never another, except
    /// of the industry, which each merchant has. Another version of the rules alone, with the same answer for the same reason, is no change.
    /// </summary>
    public static TierChange? Of(
        TierDimension dimension, PresentTier? present, PresentTier next)
    {
        if (present is null)
        {
            return dimension == TierDimension.Industry || next.Outcome != TierOutcome.None
                ? new(TierMove.First, next.Grade is null ? [TierReason.First] : [TierReason.First, TierReason.FirstGrade], next)
                : null;
        }

        var otherDocument = present.Document != next.Document;
        if (!otherDocument && present.Grade == next.Grade)
        {
            return null;
        }

        List<TierReason> reasons = otherDocument ? WhatDiffers(present, next) : [];
        if (next.Grade is not null && (present.Grade is null || present.Tier != next.Tier))
        {
            reasons.Add(TierReason.FirstGrade);
        }
        else if (present.Tier == next.Tier && present.Grade != next.Grade)
        {
            reasons.Add(next.Grade < present.Grade ? TierReason.ActivityUp : TierReason.ActivityDown);
        }

        return new(MoveOf(present, next), reasons, next);
    }

    private static TierMove MoveOf(PresentTier present, PresentTier next)
    {
        if (present.Tier != next.Tier)
        {
            return next.Tier is null ? TierMove.Lost
                : present.Tier is null || next.Class > present.Class ? TierMove.Promotion
                : next.Class < present.Class ? TierMove.Demotion
                : TierMove.Changed;
        }

        return present.Grade is null || next.Grade is null || present.Grade == next.Grade ? TierMove.Changed
            : next.Grade < present.Grade ? TierMove.Promotion
            : TierMove.Demotion;
    }

    /// <summary>Read off the two documents: what they rest on differs, or else only the rules do.</summary>
    private static List<TierReason> WhatDiffers(PresentTier present, PresentTier next)
    {
        using var before = JsonDocument.Parse(present.Document);
        using var after = JsonDocument.Parse(next.Document);
        var reasons = new List<TierReason>();
        if (before.RootElement.GetProperty("mcc").GetString() != after.RootElement.GetProperty("mcc").GetString())
        {
            reasons.Add(TierReason.Mcc);
        }

        foreach (var (member, reason) in ((string, TierReason)[])
            [("attribute", TierReason.Attribute), ("township", TierReason.Township), ("group", TierReason.Group)])
        {
            if (Evidence(before, member) != Evidence(after, member))
            {
                reasons.Add(reason);
            }
        }

        if (reasons.Count == 0 || present.RuleSetVersion != next.RuleSetVersion)
        {
            reasons.Add(TierReason.RuleSet);
        }

        return reasons;
    }

    private static string Evidence(JsonDocument document, string member) => string.Concat(
        document.RootElement.GetProperty("evidence").EnumerateArray().Where(e => e.TryGetProperty(member, out _)).Select(e => e.GetRawText()));
}
