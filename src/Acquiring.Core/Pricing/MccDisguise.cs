namespace Acquiring.Core.Pricing;

/// <summary>What sales of a trade look like.</summary>
public enum SalesSign
{
    /// <summary>Nearly all small.</summary>
    Small,

    /// <summary>Mostly at mealtimes.</summary>
    Mealtimes,

    /// <summary>A large part in large sums.</summary>
    Large,
}

/// <summary>A trade that is known to be coded as a cheaper one (domain §4, field practice [U]).</summary>
/// <param name="Trade">The MCC it is.</param>
/// <param name="CodedAs">The MCC it is coded as; <c>null</c> is any of the wholesale class.</param>
/// <param name="Words">Of its name or its main business; one is enough.</param>
public sealed record MccDisguise(string Trade, string? CodedAs, SalesSign Sales, IReadOnlyList<string> Words)
{
    public const string ConvenienceStore = "5331";
    public const string Restaurant = "5812";
    public const string CarDealer = "5511";

    private static readonly string[] s_convenienceWords = ["便利", "小卖部", "士多"];
    private static readonly string[] s_restaurantWords =
        ["餐厅", "餐馆", "餐饮", "快餐", "饭店", "酒楼", "酒家", "火锅", "小吃", "食府", "菜馆", "面馆", "烧烤", "饭庄"];
    private static readonly string[] s_carWords = ["汽车", "4S", "车行", "汽贸", "车业"];

    /// <summary>In the order in which they are looked for: the first that something speaks for is told.</summary>
    public static IReadOnlyList<MccDisguise> Known { get; } =
    [
        new(CarDealer, null, SalesSign.Large, s_carWords),
        new(Restaurant, "5411", SalesSign.Mealtimes, s_restaurantWords),
        new(ConvenienceStore, "5411", SalesSign.Small, s_convenienceWords),
        new(Restaurant, "8398", SalesSign.Mealtimes, s_restaurantWords),
    ];

    /// <summary>Whether some trade is known to be coded as this.</summary>
    public static bool MayBe(string mcc, bool isWholesale) => isWholesale || Known.Any(d => d.CodedAs == mcc);
}
