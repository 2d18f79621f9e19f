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

/// <summary>The known disguises (domain §4), each only where the merchant's name or its sales speak for it.</summary>
public static class MccArbitrage
{
    public const string ConvenienceStore = "5331";
    public const string Restaurant = "5812";
    public const string CarDealer = "5511";

    private static readonly string[] s_convenienceWords = ["便利", "小卖部", "士多"];
    private static readonly string[] s_restaurantWords =
        ["餐厅", "餐馆", "餐饮", "快餐", "饭店", "酒楼", "酒家", "火锅", "小吃", "食府", "菜馆", "面馆", "烧烤", "饭庄"];
    private static readonly string[] s_carWords = ["汽车", "4S", "车行", "汽贸", "车业"];

    /// <param name="isWholesale">Whether the merchant's MCC is of the wholesale class.</param>
    /// <returns><c>null</c> where no disguise fits or nothing speaks for one.</returns>
    public static ArbitrageSuspicion? Judge(
        string mcc, bool isWholesale, string name, in SalesPattern pattern, ArbitrageThresholds thresholds)
    {
        if (isWholesale)
        {
            return Suspect(mcc, CarDealer, Word(name, s_carWords), LargeSales(pattern, thresholds));
        }

        return mcc switch
        {
            "5411" => Suspect(mcc, Restaurant, Word(name, s_restaurantWords), Mealtimes(pattern, thresholds))
                      ?? Suspect(mcc, ConvenienceStore, Word(name, s_convenienceWords), SmallSales(pattern, thresholds)),
            "8398" => Suspect(mcc, Restaurant, Word(name, s_restaurantWords), Mealtimes(pattern, thresholds)),
            _ => null,
        };
    }

    private static ArbitrageSuspicion? Suspect(string mcc, string suspected, params IReadOnlyList<ArbitrageEvidence?> evidence)
    {
        var found = evidence.OfType<ArbitrageEvidence>().ToList();
        return found.Count == 0 ? null : new(mcc, suspected, found);
    }

    private static ArbitrageEvidence? Word(string name, string[] words) =>
        Array.Find(words, w => name.Contains(w, StringComparison.OrdinalIgnoreCase)) is { } word
            ? new("pricing.evidence.name", [new("word", word)])
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
