using Acquiring.Core.Merchants;

namespace Acquiring.Core.Tiers;

/// <summary>What a merchant did in the three calendar months before a judging, over closed business dates only.</summary>
/// <param name="NetFen">Sales less refunds and reversals.</param>
/// <param name="ActiveDays">Counted days with a sale that was not taken back.</param>
/// <param name="CountedDays">Days of the months that are closed and whose files were complete.</param>
/// <param name="CommissionFen">Fee less the issuer's and the network's parts.</param>
public readonly record struct TierActivity(long NetFen, int ActiveDays, int CountedDays, long CommissionFen);

/// <summary>What one monthly judging found.</summary>
/// <param name="Reached">The best grade whose thresholds were met.</param>
/// <param name="Kept">The best grade whose thresholds were met at the share that keeps a grade; never worse than <paramref name="Reached"/>.</param>
public readonly record struct TierJudging(TierGrade Reached, TierGrade Kept);

/// <summary>Grades of activity within a tier, with hysteresis.</summary>
public static class ActivityGrades
{
    /// <summary>How many calendar months a judging looks back over.</summary>
    public const int Months = 3;

    /// <summary><c>null</c> where the set has no thresholds for the tier, or no day counts.</summary>
    public static TierJudging? Judge(TierRuleSet rules, string tier, TierClass? tierClass, TierActivity activity)
    {
        if (activity.CountedDays == 0 || ClosestKey(rules, tier, tierClass) is not { } key)
        {
            return null;
        }

        return new(Best(rules, key, activity, 100), Best(rules, key, activity, rules.Hysteresis.KeepPercent));
    }

    /// <summary>
    /// The first judging of a tier gives its grade. After that a better one is given that each of the last judgings reached, and a worse one
    /// that none of the last judgings stayed above.
    /// </summary>
    /// <param name="present">The grade before; <c>null</c> when none was judged since the merchant came into the tier.</param>
    /// <param name="judgings">Since it came into the tier, the latest last, the present one included.</param>
    public static TierGrade Next(TierHysteresis hysteresis, TierGrade? present, IReadOnlyList<TierJudging> judgings)
    {
        if (present is not { } grade)
        {
            return judgings[^1].Reached;
        }

        if (judgings.Count >= hysteresis.PromotionMonths)
        {
            var reached = Last(judgings, hysteresis.PromotionMonths).Max(j => j.Reached);
            if (reached < grade)
            {
                return reached;
            }
        }

        if (judgings.Count >= hysteresis.DemotionMonths)
        {
            var kept = Last(judgings, hysteresis.DemotionMonths).Min(j => j.Kept);
            if (kept > grade)
            {
                return kept;
            }
        }

        return grade;
    }

    private static IEnumerable<TierJudging> Last(IReadOnlyList<TierJudging> judgings, int count) => judgings.Skip(judgings.Count - count);

    private static string? ClosestKey(TierRuleSet rules, string tier, TierClass? tierClass)
    {
        string? closest = null;
        foreach (var threshold in rules.Thresholds)
        {
            if (threshold.For == tier)
            {
                return tier;
            }

            if (tierClass is { } c && threshold.For == MerchantRefusals.Word(c))
            {
                closest = threshold.For;
            }
            else if (threshold.For == "*")
            {
                closest ??= threshold.For;
            }
        }

        return closest;
    }

    private static TierGrade Best(TierRuleSet rules, string key, TierActivity activity, int percent)
    {
        var best = TierGrade.D;
        foreach (var threshold in rules.Thresholds)
        {
            if (threshold.For == key && threshold.Grade < best && Meets(threshold, activity, percent))
            {
                best = threshold.Grade;
            }
        }

        return best;
    }

    private static bool Meets(TierThreshold threshold, TierActivity activity, int percent) =>
        activity.NetFen * 100 >= threshold.NetFenMin * percent
        && activity.ActiveDays * 10_000L >= (long)threshold.ActivePercentMin * activity.CountedDays * percent
        && activity.CommissionFen * 100 >= threshold.CommissionFenMin * percent;
}
