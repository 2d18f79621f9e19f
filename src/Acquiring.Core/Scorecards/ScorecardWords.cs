using System.Text.Json;
using Acquiring.Core.Pricing;

namespace Acquiring.Core.Scorecards;

/// <summary>Names, units and kinds of what is measured.</summary>
public static class ScorecardWords
{
    public static IReadOnlyList<ScorecardMeasure> Measures { get; } = Enum.GetValues<ScorecardMeasure>();

    public static IReadOnlyList<ScorecardShare> Shares { get; } = Enum.GetValues<ScorecardShare>();

    public static string Of(Enum value) => JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    public static ScorecardMeasure? Measure(string word) =>
        Measures.Where(m => Of(m) == word).Select(m => (ScorecardMeasure?)m).FirstOrDefault();

    /// <summary>All words, the measures first; targets are set for any of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Measures.Select(m => Of(m)), .. Shares.Select(s => Of(s))];

    /// <summary>A flow adds up over dates; a stock is what it is at the end of a period.</summary>
    public static bool IsFlow(ScorecardMeasure measure) => measure >= ScorecardMeasure.VolumeFen;

    /// <summary>Whether the targets of months make the target of a year.</summary>
    public static bool IsFlow(string word) => Measure(word) is { } measure && IsFlow(measure);

    public static string UnitOf(ScorecardMeasure measure) => measure switch
    {
        ScorecardMeasure.MerchantsOpen or ScorecardMeasure.MerchantsActive or ScorecardMeasure.RuralMerchants => "merchants",
        ScorecardMeasure.TerminalsInstalled or ScorecardMeasure.IdleTerminals or ScorecardMeasure.IdleYearTerminals
            or ScorecardMeasure.TerminalsRemoved or ScorecardMeasure.TerminalsRedeployed => "terminals",
        ScorecardMeasure.VolumeFen or ScorecardMeasure.CommissionFen or ScorecardMeasure.RuralVolumeFen => "fen",
        ScorecardMeasure.Transactions => "transactions",
        _ => "moves",
    };

    public static (ScorecardMeasure Part, ScorecardMeasure Whole) PartsOf(ScorecardShare share) => share switch
    {
        ScorecardShare.ActiveShare => (ScorecardMeasure.MerchantsActive, ScorecardMeasure.MerchantsOpen),
        ScorecardShare.IdleShare => (ScorecardMeasure.IdleTerminals, ScorecardMeasure.TerminalsInstalled),
        ScorecardShare.RuralMerchantShare => (ScorecardMeasure.RuralMerchants, ScorecardMeasure.MerchantsOpen),
        _ => (ScorecardMeasure.RuralVolumeFen, ScorecardMeasure.VolumeFen),
    };

    /// <summary>Half-up; <c>null</c> where there is no whole to have a part of, or the part is below 0.</summary>
    public static long? PerTenThousand(long part, long whole) => whole > 0 && part >= 0 ? HalfUp.Divide((Int128)part * 10_000, whole) : null;
}
