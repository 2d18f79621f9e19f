namespace Acquiring.Core.Merchants.Risk;

public enum RiskGrade
{
    Low = 1,
    Medium,
    High,
}

/// <summary>Why a merchant has points. The stored and shown word is the name in camel case.</summary>
public enum RiskFactor
{
    /// <summary>Its trade is on the list of risky trades.</summary>
    MccHigh = 1,
    MccMedium,

    /// <summary>It was opened less than 90 days ago.</summary>
    OpenUnder90Days,
    OpenUnder1Year,

    /// <summary>More than half of its sales of 30 days came without a card: by QR code or wallet.</summary>
    MostlyWithoutCard,

    /// <summary>Transactions disagree with the binding of a machine of its own, and nobody has explained them.</summary>
    BindingCaseOpen,

    /// <summary>An inspection of the last 12 months was not in order.</summary>
    InspectionNotInOrder,
    BlacklistCaseOpen,

    /// <summary>It resembles somebody on the blacklist: a match was dismissed.</summary>
    BlacklistDismissed,
}

/// <param name="Points">Of this reason alone.</param>
public sealed record RiskReason(RiskFactor Factor, int Points);

/// <summary>What is known of a merchant on a date.</summary>
/// <param name="MccRisk">Of its trade.</param>
/// <param name="OpenedOn">Null is long ago.</param>
public sealed record RiskFacts(
    RiskGrade MccRisk, DateOnly? OpenedOn, long SalesFen, long SalesWithoutCardFen, bool BindingCaseOpen, bool InspectionNotInOrder, bool BlacklistCaseOpen,
    bool BlacklistDismissed);

public sealed record RiskJudgement(RiskGrade Grade, int Points, IReadOnlyList<RiskReason> Reasons);

/// <summary>Points for each reason and the bounds of the grades, as they are on a date.</summary>
public sealed record RiskPolicy(IReadOnlyDictionary<RiskFactor, int> Points, int MediumFrom, int HighFrom)
{
    /// <summary>Each grade can be explained: its points are the sum of its reasons, and a reason without points is none.</summary>
    public RiskJudgement Judge(RiskFacts facts, DateOnly on)
    {
        var reasons = FactorsOf(facts, on).Select(f => new RiskReason(f, Points.GetValueOrDefault(f))).Where(r => r.Points > 0).ToList();
        var points = reasons.Sum(r => r.Points);
        return new(points >= HighFrom ? RiskGrade.High : points >= MediumFrom ? RiskGrade.Medium : RiskGrade.Low, points, reasons);
    }

    private static IEnumerable<RiskFactor> FactorsOf(RiskFacts facts, DateOnly on)
    {
        if (facts.MccRisk != RiskGrade.Low)
        {
            yield return facts.MccRisk == RiskGrade.High ? RiskFactor.MccHigh : RiskFactor.MccMedium;
        }

        if (facts.OpenedOn is { } opened && opened.AddYears(1) > on)
        {
            yield return opened.AddDays(90) > on ? RiskFactor.OpenUnder90Days : RiskFactor.OpenUnder1Year;
        }

        // More than half, without halving an odd number of fen.
        if (facts.SalesWithoutCardFen > facts.SalesFen - facts.SalesWithoutCardFen)
        {
            yield return RiskFactor.MostlyWithoutCard;
        }

        if (facts.BindingCaseOpen)
        {
            yield return RiskFactor.BindingCaseOpen;
        }

        if (facts.InspectionNotInOrder)
        {
            yield return RiskFactor.InspectionNotInOrder;
        }

        if (facts.BlacklistCaseOpen)
        {
            yield return RiskFactor.BlacklistCaseOpen;
        }

        if (facts.BlacklistDismissed)
        {
            yield return RiskFactor.BlacklistDismissed;
        }
    }
}
