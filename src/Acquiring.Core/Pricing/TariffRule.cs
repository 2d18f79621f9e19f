using Acquiring.Core.Transactions;

namespace Acquiring.Core.Pricing;

/// <summary>What a tariff sorts merchants into. The first six are those of 2013; from 2016 on there are three.</summary>
public enum TariffClass : short
{
    CateringEntertainment = 1,
    CarRealEstate = 2,
    General = 3,
    Wholesale = 4,
    Livelihood = 5,
    PublicWelfare = 6,
    Standard = 7,
    Preferential = 8,
}

/// <summary>How well a rule is known: read in a primary text, read in a secondary text, common knowledge not confirmed.</summary>
public enum SourceGrade
{
    Primary,
    Secondary,
    Unverified,
}

/// <summary>A rate with the most it comes to; <c>null</c> is no cap.</summary>
public readonly record struct CappedRate(Rate Rate, long? CapFen)
{
    /// <summary>The share rounded half-up to the fen, then capped. 0 or more.</summary>
    public long Of(long amountFen)
    {
        var share = Rate.OfHalfUp(amountFen);
        return CapFen is { } cap && share > cap ? cap : share;
    }
}

/// <summary>One row of a tariff: what issuer and network take of a sale.</summary>
/// <param name="Id">Stable for ever: journal rows name it. 0 is none.</param>
/// <param name="CardKind"><c>null</c> is both.</param>
/// <param name="Network">
/// The network's share that our merchant's sale carries. Since 2016 the network charges issuer and acquirer alike; the issuer pays its
/// side out of its own part, so the sale carries one side only: 10,000.00 by credit card cost 45.00 + 3.25 (domain §3).
/// </param>
/// <param name="Acquirer">The acquirer's share where the tariff sets one (2013); <c>null</c> where its price is free.</param>
public sealed record TariffRule(
    short Id, short TariffId, TariffClass Class, CardKind? CardKind, CappedRate Issuer, CappedRate Network, CappedRate? Acquirer,
    SourceGrade Grade, string Source)
{
    /// <summary>Before the first tariff, and where none is loaded: no part is known.</summary>
    public static readonly TariffRule None = new(0, 0, default, null, default, default, null, SourceGrade.Unverified, "");

    public bool Covers(TariffClass tariffClass, CardKind cardKind) => Class == tariffClass && (CardKind is null || CardKind == cardKind);
}
