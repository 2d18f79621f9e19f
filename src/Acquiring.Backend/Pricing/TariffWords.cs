using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing;

/// <summary>The words of classes and grades in tables and answers; they never change with the language.</summary>
internal static class TariffWords
{
    private static readonly Dictionary<string, TariffClass> s_classes = new(StringComparer.Ordinal)
    {
        ["catering-entertainment"] = TariffClass.CateringEntertainment,
        ["car-real-estate"] = TariffClass.CarRealEstate,
        ["general"] = TariffClass.General,
        ["wholesale"] = TariffClass.Wholesale,
        ["livelihood"] = TariffClass.Livelihood,
        ["public-welfare"] = TariffClass.PublicWelfare,
        ["standard"] = TariffClass.Standard,
        ["preferential"] = TariffClass.Preferential,
    };

    private static readonly Dictionary<TariffClass, string> s_words = s_classes.ToDictionary(c => c.Value, c => c.Key);

    public static TariffClass Class(string word) => s_classes[word];

    public static string Of(TariffClass tariffClass) => s_words[tariffClass];

    public static SourceGrade Grade(string letter) => letter switch
    {
        "S" => SourceGrade.Primary,
        "R" => SourceGrade.Secondary,
        _ => SourceGrade.Unverified,
    };

    public static string Of(SourceGrade grade) => grade switch
    {
        SourceGrade.Primary => "S",
        SourceGrade.Secondary => "R",
        _ => "U",
    };
}
