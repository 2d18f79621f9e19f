namespace Acquiring.Core.IdlePolicies;

/// <summary>What a policy answers of a terminal; each layer has an answer of its own. The two legal clocks are no layer: no policy moves them.</summary>
public enum PolicyLayer
{
    /// <summary>Too little over the last calendar months (低效).</summary>
    LowVolume = 1,

    /// <summary>Quiet for days.</summary>
    EarlyWarning,
}

/// <summary>What exempts a terminal from the low-volume rule, in the order in which it is told.</summary>
public enum PolicyExemptionKind
{
    Spare = 1,

    /// <summary>Installed, or bound to its present holder, fewer than so many days ago.</summary>
    NewlyInstalled,

    /// <summary>The merchant was closed on some day of the months, by evidence.</summary>
    Seasonal,

    /// <summary>By evidence.</summary>
    RuralBenefitPoint,

    LoanLinked,
}

/// <summary>The two legal clocks, named so that a policy says all that counts. Other months than the law's are refused.</summary>
public sealed record PolicyLegalClocks(int VerifyAfterMonths, int RemoveAfterMonths, string Source);

/// <summary>Low volume: below all bounds given, in each of the last calendar months.</summary>
/// <param name="Months">1 to 12.</param>
/// <param name="AmountFenBelow">Of sales in fen, refunds and reversals not deducted; 1 and more.</param>
/// <param name="CountBelow">Of sales; 1 and more.</param>
/// <param name="ActiveDaysBelow">Days with a sale, 1 to 31; <c>null</c>: they do not matter.</param>
/// <param name="CommissionFenBelow">Fee less the issuer's and the network's parts; <c>null</c>: it does not matter.</param>
public sealed record LowVolumeRule(
    int Months, long AmountFenBelow, int CountBelow, int? ActiveDaysBelow, long? CommissionFenBelow, string Source);

/// <param name="Days">Of <see cref="PolicyExemptionKind.NewlyInstalled"/> only, 1 to 366.</param>
public sealed record PolicyExemption(PolicyExemptionKind Kind, int? Days, string Source);

/// <summary>The terminal of a merchant that was active last is idle for so many days, both included.</summary>
public sealed record AllTerminalsRule(int DaysMin, int DaysMax, string Source);

/// <summary>At least a share of a merchant's terminals is idle for so many days or more: these are warned of.</summary>
public sealed record MostTerminalsRule(int SharePercent, int Days, string Source);

/// <summary>Any other terminal idle for more days than this.</summary>
public sealed record AnyTerminalRule(int DaysMoreThan, string Source);

/// <summary>Tried in this order for all terminals of a merchant that are no spares; a rule left out warns of nothing.</summary>
public sealed record EarlyWarningRules(AllTerminalsRule? AllTerminals, MostTerminalsRule? MostTerminals, AnyTerminalRule? AnyTerminal);

/// <summary>Which terminals are found idle beyond the law: data with a version, adopted by date for a branch and all below it, never edited.</summary>
/// <param name="LowVolume"><c>null</c>: nothing is low.</param>
/// <param name="Exemptions">Of the low-volume rule; at most one of a kind.</param>
public sealed record IdlePolicy(
    string Name, PolicyLegalClocks LegalClocks, LowVolumeRule? LowVolume, IReadOnlyList<PolicyExemption> Exemptions, EarlyWarningRules EarlyWarning)
{
    /// <summary>Idle days at which an answer may change.</summary>
    public IEnumerable<int> Thresholds()
    {
        if (EarlyWarning.AllTerminals is { } all)
        {
            yield return all.DaysMin;
            yield return all.DaysMax + 1;
        }

        if (EarlyWarning.MostTerminals is { } most)
        {
            yield return most.Days;
        }

        if (EarlyWarning.AnyTerminal is { } any)
        {
            yield return any.DaysMoreThan + 1;
        }
    }
}
