namespace Acquiring.Core.Merchants;

/// <summary>What a merchant can be beyond its trade (domain §1, §4). The list is closed; the word is the name in camel case.</summary>
public enum MerchantAttribute
{
    /// <summary>Of a hotel: one to five.</summary>
    StarRating = 1,

    /// <summary>Department store or supermarket, by floor area or volume.</summary>
    Large,

    /// <summary>Of a chain brand.</summary>
    Chain,

    /// <summary>A sales floor (卖场).</summary>
    SalesFloor,

    /// <summary>Car dealer with the maker's 4S authorisation.</summary>
    Authorised4S,

    /// <summary>Entertainment venue or club of the high end.</summary>
    HighEnd,

    /// <summary>A café among restaurants, fast food and dairies.</summary>
    Cafe,

    /// <summary>Its township is on the bank's key list; the value names the township.</summary>
    TownshipOnKeyList,

    /// <summary>A real-estate project; the value names it.</summary>
    RealEstateProject,

    /// <summary>A rural benefit point (惠农服务点): kept whatever its volume.</summary>
    RuralBenefitPoint,

    /// <summary>Closed in a part of each year; the value says which.</summary>
    Seasonal,
}

/// <summary>How values of an attribute are written.</summary>
public enum AttributeValueForm
{
    /// <summary>A whole number within a range.</summary>
    Number = 1,

    /// <summary><c>true</c>, or <c>false</c> where somebody looked and it is not so.</summary>
    Flag,

    /// <summary>A name.</summary>
    Name,

    /// <summary>Months and ranges of days, as <see cref="SeasonalCalendar"/> reads them.</summary>
    Calendar,
}

/// <summary>One attribute of the list, since when it is asked for and until when (both dates of business; without an end it goes on).</summary>
/// <param name="Source">Who asks for it, with the grade of the source: U is not confirmed.</param>
public sealed record AttributeKind(
    MerchantAttribute Attribute, AttributeValueForm Form, DateOnly AskedFrom, DateOnly? AskedTo, string Source, int Min = 0, int Max = 0)
{
    public const int NameCharsMax = 100;

    private static readonly DateOnly s_begin = new(2000, 1, 1);

    /// <summary>All of them, in the order of the enumeration. What ends gets an end here and stays, since rows name it.</summary>
    public static IReadOnlyList<AttributeKind> All { get; } =
    [
        new(MerchantAttribute.StarRating, AttributeValueForm.Number, s_begin, null, "big five: hotels of three stars and up [S]", 1, 5),
        new(MerchantAttribute.Large, AttributeValueForm.Flag, s_begin, null, "big five: large department stores and supermarkets [S]"),
        new(MerchantAttribute.Chain, AttributeValueForm.Flag, s_begin, null, "small five: chain fast food [S]"),
        new(MerchantAttribute.SalesFloor, AttributeValueForm.Flag, s_begin, null, "big five: sales floors [S]"),
        new(MerchantAttribute.Authorised4S, AttributeValueForm.Flag, s_begin, null, "big five: car 4S dealers [S]"),
        new(MerchantAttribute.HighEnd, AttributeValueForm.Flag, s_begin, null, "big five: high-end entertainment venues and clubs [S]"),
        new(MerchantAttribute.Cafe, AttributeValueForm.Flag, s_begin, null, "small five: cafés [S]"),
        new(MerchantAttribute.TownshipOnKeyList, AttributeValueForm.Name, s_begin, null, "key rural townships [S]"),
        new(MerchantAttribute.RealEstateProject, AttributeValueForm.Name, s_begin, null, "real-estate projects as a named target [S]"),
        new(MerchantAttribute.RuralBenefitPoint, AttributeValueForm.Flag, s_begin, null, "exemption of the low-volume rule [U]"),
        new(MerchantAttribute.Seasonal, AttributeValueForm.Calendar, s_begin, null, "exemption of the low-volume rule [U]"),
    ];

    public static AttributeKind Of(MerchantAttribute attribute) => All.First(k => k.Attribute == attribute);

    /// <summary>Whether a text is a value of it, in the one way it is written.</summary>
    public bool Fits(string value) => Form switch
    {
        AttributeValueForm.Number => value is [>= '0' and <= '9'] && value[0] - '0' >= Min && value[0] - '0' <= Max,
        AttributeValueForm.Flag => value is "true" or "false",
        AttributeValueForm.Calendar => value.Length is > 0 and <= NameCharsMax && SeasonalCalendar.TryParse(value, out _),
        _ => value.Length is > 0 and <= NameCharsMax && !string.IsNullOrWhiteSpace(value),
    };
}
