using Acquiring.Core.Refusals;

namespace Acquiring.Core.Pricing;

/// <summary>What a merchant's sales of some time look like, as far as they tell one trade from another.</summary>
/// <param name="SmallSales">Below <see cref="ArbitrageThresholds.SmallSaleFen"/>.</param>
/// <param name="MealtimeSales">Between 11:00 and 14:00 or 17:00 and 21:00.</param>
/// <param name="LargeGrossFen">Of sales from <see cref="ArbitrageThresholds.LargeSaleFen"/> on.</param>
public readonly record struct SalesPattern(long Sales, long GrossFen, long SmallSales, long MealtimeSales, long LargeGrossFen)
{
    public static bool IsMealtime(int hour) => hour is (>= 11 and < 14) or (>= 17 and < 21);
}

/// <summary>From when on a pattern is evidence. None of it is confirmed by a source: configuration.</summary>
public sealed record ArbitrageThresholds(
    long SalesMin = 30, int SmallSharePercent = 90, long SmallAverageFenMax = 5_000, int MealtimeSharePercent = 70,
    long MealtimeAverageFenMin = 3_000, int LargeSharePercent = 50)
{
    public const long SmallSaleFen = 10_000;
    public const long LargeSaleFen = 5_000_000;
}

/// <summary>One reason for a suspicion: a text key with its values.</summary>
public sealed record ArbitrageEvidence(string Code, IReadOnlyList<Detail> Details);

/// <summary>A merchant that may be coded as a cheaper trade than its own. Never more than a suspicion: a person looks.</summary>
public sealed record ArbitrageSuspicion(string CodedAs, string SuspectedMcc, IReadOnlyList<ArbitrageEvidence> Evidence);

/// <summary>What is known of a merchant besides its sales.</summary>
/// <param name="Name">And <paramref name="MainBusiness"/>: what it was said to mainly sell, empty when nobody said so.</param>
/// <param name="Before">The MCC before the present one.</param>
/// <param name="IsAuthorised4S">By a confirmed attribute.</param>
public sealed record TradeFacts(string Mcc, bool IsWholesale, string Name, string MainBusiness = "", string? Before = null, bool IsAuthorised4S = false);

/// <summary>Judges by the known disguises (<see cref="MccDisguise.Known"/>), each only where something speaks for it. It warns, it never blocks.</summary>
public static class MccArbitrage
{
    /// <param name="isWholesale">Whether the merchant's MCC is of the wholesale class.</param>
    /// <returns><c>null</c> where no disguise fits or nothing speaks for one.</returns>
    public static ArbitrageSuspicion? Judge(
        string mcc, bool isWholesale, string name, in SalesPattern pattern, ArbitrageThresholds thresholds) =>
        Judge(new(mcc, isWholesale, name), pattern, thresholds);

    public static ArbitrageSuspicion? Judge(TradeFacts facts, in SalesPattern pattern, ArbitrageThresholds thresholds)
    {
        foreach (var disguise in MccDisguise.Known)
        {
            if (disguise.CodedAs is { } coded ? coded == facts.Mcc : facts.IsWholesale)
            {
                ArbitrageEvidence?[] evidence =
                [
                    Word(facts.Name, disguise.Words) ?? Word(facts.MainBusiness, disguise.Words, "pricing.evidence.main-business"),
                    facts.Before == disguise.Trade ? new("pricing.evidence.was-coded", [new("mcc", disguise.Trade)]) : null,
                    facts.IsAuthorised4S && disguise.Trade == MccDisguise.CarDealer ? new("pricing.evidence.authorised-4s", []) : null,
                    disguise.Sales switch
                    {
                        SalesSign.Small => SmallSales(pattern, thresholds),
                        SalesSign.Mealtimes => Mealtimes(pattern, thresholds),
                        _ => LargeSales(pattern, thresholds),
                    },
                ];
                var found = evidence.OfType<ArbitrageEvidence>().ToList();
                if (found.Count > 0)
                {
                    return new(facts.Mcc, disguise.Trade, found);
                }
            }
        }

        return null;
    }

    private static ArbitrageEvidence? Word(string text, IReadOnlyList<string> words, string code = "pricing.evidence.name") =>
        words.FirstOrDefault(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)) is { } word
            ? new(code, [new("word", word)])
            : null;

    private static ArbitrageEvidence? SmallSales(in SalesPattern p, ArbitrageThresholds t) =>
        p.Sales >= t.SalesMin && Percent(p.SmallSales, p.Sales) >= t.SmallSharePercent && p.GrossFen / p.Sales <= t.SmallAverageFenMax
            ? new("pricing.evidence.small-sales",
                [new("percent", $"{Percent(p.SmallSales, p.Sales)}"), new("average", FeeExplanation.Yuan(p.GrossFen / p.Sales)), new("sales", $"{p.Sales}")])
            : null;

    private static ArbitrageEvidence? Mealtimes(in SalesPattern p, ArbitrageThresholds t) =>
        p.Sales >= t.SalesMin && Percent(p.MealtimeSales, p.Sales) >= t.MealtimeSharePercent && p.GrossFen / p.Sales >= t.MealtimeAverageFenMin
            ? new("pricing.evidence.mealtimes",
                [new("percent", $"{Percent(p.MealtimeSales, p.Sales)}"), new("average", FeeExplanation.Yuan(p.GrossFen / p.Sales)), new("sales", $"{p.Sales}")])
            : null;

    private static ArbitrageEvidence? LargeSales(in SalesPattern p, ArbitrageThresholds t) =>
        p.Sales > 0 && p.GrossFen > 0 && Percent(p.LargeGrossFen, p.GrossFen) >= t.LargeSharePercent
            ? new("pricing.evidence.large-sales",
                [new("percent", $"{Percent(p.LargeGrossFen, p.GrossFen)}"), new("from", FeeExplanation.Yuan(ArbitrageThresholds.LargeSaleFen))])
            : null;

    private static int Percent(long part, long whole) => (int)((Int128)part * 100 / whole);
}
