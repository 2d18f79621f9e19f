using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;

namespace Acquiring.Core.Tests.Tiers;

/// <summary>A small rule set, told by the tests that use it.</summary>
internal static class Rules
{
    public static readonly TierHysteresis TwoMonths = new(2, 2, 80, "test");

    public static TierRuleSet Set { get; } = new(
        "test",
        [
            Industry("hotel", "bigHotel", TierClass.Big, MerchantAttribute.StarRating, 3, "7011"),
            Industry("convenience", "smallConvenience", TierClass.Small, null, null, "5331"),
            Industry("cafe", "smallCafe", TierClass.Small, MerchantAttribute.Cafe, null, "5812", "5814"),
            Industry("fastFood", "smallFastFood", TierClass.Small, MerchantAttribute.Chain, null, "5814"),
            new("rural", "rural", TierDimension.Rural, null, ["5331", "7011"], null, null, KeyTownship: true, [], "test"),
            new("project", "project", TierDimension.RealEstate, null, ["6513"], MerchantAttribute.RealEstateProject, null, false, [], "test"),
            new("named", "named", TierDimension.NamedGroup, null, [], null, null, false, ["*", "vip"], "test"),
        ],
        ["九堡镇"],
        [
            new("big", TierGrade.A, 1_000, 80, 100, "test"), new("big", TierGrade.B, 500, 50, 10, "test"),
            new("big", TierGrade.C, 100, 0, 0, "test"), new("smallCafe", TierGrade.A, 10, 0, 0, "test"),
        ],
        TwoMonths, []);

    public static TierFacts Facts(string mcc, string township = "", params IReadOnlyList<TierAttributeFact> attributes) => new(mcc, township, attributes, []);

    public static TierAttributeFact Fact(MerchantAttribute attribute, string value, int no = 2, DateOnly? validTo = null) => new(no, attribute, value, validTo);

    private static TierRule Industry(string code, string tier, TierClass of, MerchantAttribute? attribute, int? min, params IReadOnlyList<string> mccs) =>
        new(code, tier, TierDimension.Industry, of, mccs, attribute, min, false, [], "test");
}
