using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Pricing;

/// <summary>Tariffs and plans by hand, as domain §3 prints them.</summary>
internal static class Books
{
    public static readonly Tariff Of2013 = new(1, "2013", "2013", new(2013, 2, 25), TariffClass.General, SourceGrade.Secondary, "", [
        Rule(101, 1, TariffClass.CateringEntertainment, null, 90_000, null, 13_000, null),
        Rule(102, 1, TariffClass.CarRealEstate, null, 90_000, 6_000, 13_000, 1_000),
        Rule(103, 1, TariffClass.General, null, 55_000, null, 8_000, null),
        Rule(104, 1, TariffClass.Wholesale, null, 55_000, 2_000, 8_000, 250),
        Rule(106, 1, TariffClass.PublicWelfare, null, 0, null, 0, null)]);

    public static readonly Tariff Of2016 = new(2, "2016", "2016", new(2016, 9, 6), TariffClass.Standard, SourceGrade.Secondary, "", [
        Rule(201, 2, TariffClass.Standard, CardKind.Debit, 35_000, 1_300, 3_250, 325),
        Rule(202, 2, TariffClass.Standard, CardKind.Credit, 45_000, null, 3_250, 325),
        Rule(205, 2, TariffClass.PublicWelfare, null, 0, null, 0, null)]);

    public static readonly Tariff Of2021 = new(3, "2021", "2016", new(2021, 9, 30), TariffClass.Standard, SourceGrade.Primary, "", [
        Rule(301, 3, TariffClass.Standard, CardKind.Debit, 31_500, 1_300, 2_925, 325),
        Rule(302, 3, TariffClass.Standard, CardKind.Credit, 45_000, null, 3_250, 325),
        Rule(303, 3, TariffClass.Preferential, CardKind.Debit, 27_300, 1_300, 2_535, 325)]);

    public static readonly TariffBook All = new([Of2021, Of2013, Of2016], [
        new("2013", "5812", TariffClass.CateringEntertainment, DateOnly.MinValue, SourceGrade.Secondary, ""),
        new("2013", "5511", TariffClass.CarRealEstate, DateOnly.MinValue, SourceGrade.Secondary, ""),
        new("2013", "5039", TariffClass.Wholesale, DateOnly.MinValue, SourceGrade.Secondary, ""),
        new("2016", "8398", TariffClass.PublicWelfare, DateOnly.MinValue, SourceGrade.Unverified, ""),
        new("2016", "5411", TariffClass.Standard, DateOnly.MinValue, SourceGrade.Unverified, ""),
        new("2016", "5411", TariffClass.Preferential, new(2022, 1, 1), SourceGrade.Unverified, "")]);

    public static FeeTerms Terms(string percent, long? capFen = null, long fixedFen = 0, long minFen = 0)
    {
        Rate.TryParsePercent(percent, out var rate).ShouldBeTrue();
        return new(rate, capFen, fixedFen, minFen);
    }

    public static FeePlan Plan(string debitPercent = "0.60", string creditPercent = "0.60") =>
        FeePlan.Simple(7, DateOnly.MinValue, Terms(debitPercent), Terms(creditPercent));

    private static TariffRule Rule(
        short id, short tariffId, TariffClass tariffClass, CardKind? kind, long issuer, long? issuerCapFen, long network, long? networkCapFen) =>
        new(id, tariffId, tariffClass, kind, new(new Rate(issuer), issuerCapFen), new(new Rate(network), networkCapFen), null, SourceGrade.Secondary, "");
}
