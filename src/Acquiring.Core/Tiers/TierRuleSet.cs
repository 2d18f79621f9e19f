using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;

namespace Acquiring.Core.Tiers;

/// <summary>What a merchant is ranked by; each gets an answer of its own.</summary>
public enum TierDimension
{
    /// <summary>Big five and small five: at most one.</summary>
    Industry = 1,

    /// <summary>The trades wanted in key rural townships.</summary>
    Rural,

    /// <summary>Real-estate projects.</summary>
    RealEstate,

    /// <summary>Membership in an imported group.</summary>
    NamedGroup,
}

/// <summary>Big or small five; the bigger counts as the higher.</summary>
public enum TierClass
{
    Small = 1,
    Big,
}

/// <summary>Activity within a tier; A is the best.</summary>
public enum TierGrade
{
    A = 1,
    B,
    C,
    D,
}

/// <summary>One row of a rule set. Rows of a dimension are tried in their order, and the first whose demand is met decides.</summary>
/// <param name="Code">Names the row in decisions, unique within the set.</param>
/// <param name="Tier">What it gives; several rows may give one tier.</param>
/// <param name="Class">Of the industry dimension only.</param>
/// <param name="Mccs">Which merchants it is about; empty is any.</param>
/// <param name="Attribute">What must be evidenced: a flag <c>true</c>, a name any, a number at least <paramref name="Min"/>.</param>
/// <param name="KeyTownship">The merchant's township must be on the set's list, or evidenced as <c>townshipOnKeyList</c>.</param>
/// <param name="Groups">It must belong to one of these groups; <c>*</c> is any group of the kind <c>named</c>.</param>
/// <param name="Source">Where the row comes from, with its grade: [S], [R] or [U], which is not confirmed.</param>
public sealed record TierRule(
    string Code, string Tier, TierDimension Dimension, TierClass? Class, IReadOnlyList<string> Mccs, MerchantAttribute? Attribute, int? Min,
    bool KeyTownship, IReadOnlyList<string> Groups, string Source)
{
    public const string AnyNamedGroup = "*";

    public bool IsAbout(string mcc) => Mccs.Count == 0 || Mccs.Contains(mcc);
}

/// <summary>What a grade asks for over the three calendar months before a judging; all of it together. Grade D asks for nothing.</summary>
/// <param name="For">A tier, else a class (<c>big</c>, <c>small</c>), else <c>*</c>: the closest one counts.</param>
/// <param name="NetFenMin">Sales less refunds and reversals of the three months, in fen.</param>
/// <param name="ActivePercentMin">Days with a sale among the days whose files are complete, 0 to 100.</param>
/// <param name="CommissionFenMin">Fee less the issuer's and the network's parts, in fen.</param>
public sealed record TierThreshold(string For, TierGrade Grade, long NetFenMin, int ActivePercentMin, long CommissionFenMin, string Source);

/// <summary>Grades move slowly: a better one must be reached in so many monthly judgings in a row, a worse one is given only after so many below.</summary>
/// <param name="PromotionMonths">1 to 12.</param>
/// <param name="DemotionMonths">1 to 12.</param>
/// <param name="KeepPercent">A grade is kept at this share of what it asks for, 1 to 100.</param>
public sealed record TierHysteresis(int PromotionMonths, int DemotionMonths, int KeepPercent, string Source);

/// <summary>What is proposed to a merchant of a tier. Nothing of it is done by itself.</summary>
/// <param name="For">A tier, or a class.</param>
/// <param name="GradeAtLeast">Only with this grade or a better one; left out is any, also without a grade.</param>
/// <param name="FeePlan">Terms to quote, as a fee plan is proposed.</param>
/// <param name="VisitEveryDays">1 to 3660.</param>
/// <param name="CreditLinePrescreen">Screen it for the company card with a credit line.</param>
/// <param name="RepaymentSharePercent">Of a day's net receipts, percent as text, 0 to 100.</param>
public sealed record TierEffect(
    string For, TierGrade? GradeAtLeast, IReadOnlyList<FeeTermDraft>? FeePlan, int? VisitEveryDays, bool CreditLinePrescreen,
    string? RepaymentSharePercent, string Source);

/// <summary>Which merchants are in which tier, and what follows: data with a version, adopted from a business date on, never edited.</summary>
/// <param name="KeyTownships">Names as the registry writes them. Empty: the list is not known, and evidence must say it merchant by merchant.</param>
public sealed record TierRuleSet(
    string Name, IReadOnlyList<TierRule> Rules, IReadOnlyList<string> KeyTownships, IReadOnlyList<TierThreshold> Thresholds,
    TierHysteresis Hysteresis, IReadOnlyList<TierEffect> Effects)
{
    private HashSet<string>? _keyTownships;

    public bool IsKeyTownship(string township) => (_keyTownships ??= new(KeyTownships, StringComparer.Ordinal)).Contains(township);
}
