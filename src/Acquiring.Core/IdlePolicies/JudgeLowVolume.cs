using System.Globalization;
using Acquiring.Core.Merchants;

namespace Acquiring.Core.IdlePolicies;

/// <summary>
/// Low volume: below every bound of the rule in each of the last calendar months that ended on or before the date. A month that lacks a file
/// is never evidence, and one that ended before the machine came is none either.
/// </summary>
internal static class JudgeLowVolume
{
    private const string Rule = "lowVolume";

    public static PolicyVerdict Of(IdlePolicy policy, PolicyMerchant merchant, PolicyTerminal terminal, JudgedDates dates)
    {
        if (policy.LowVolume is not { } rule)
        {
            return PolicyVerdict.Clear(PolicyLayer.LowVolume, PolicyClearance.NoRule);
        }

        var months = dates.Months(rule.Months).ToList();
        if (months.Exists(m => !dates.IsEvidence(m) || m.AddMonths(1) <= terminal.Since))
        {
            return PolicyVerdict.Clear(
                PolicyLayer.LowVolume, PolicyClearance.NoEvidence,
                PolicyFigures.Of(("months", months.Where(m => !dates.IsEvidence(m) || m.AddMonths(1) <= terminal.Since)
                    .Select(m => PolicyFigures.Of(("month", Word(m)))).ToList())));
        }

        var volumes = months.ConvertAll(terminal.In);
        var numbers = Numbers(rule, volumes);
        if (volumes.Exists(v => !IsLow(rule, v)))
        {
            return PolicyVerdict.Clear(PolicyLayer.LowVolume, PolicyClearance.Active, numbers);
        }

        var exemptions = policy.Exemptions.OrderBy(e => e.Kind).Select(e => Applies(e, merchant, terminal, dates, months)).OfType<Exempted>().ToList();
        return exemptions.Count > 0
            ? new(
                PolicyLayer.LowVolume, PolicyState.Exempt, Rule, null, numbers,
                [RuleEvidence(rule, terminal), .. exemptions.Select(e => e.Evidence)], [.. exemptions.Select(e => e.Lever)],
                exemptions.Min(e => e.RecheckOn))
            : new(
                PolicyLayer.LowVolume, PolicyState.Found, Rule, null, numbers, [RuleEvidence(rule, terminal)],
                [Enough(rule, months[^1].AddMonths(1)), .. Offered(policy)]);
    }

    private static bool IsLow(LowVolumeRule rule, MonthVolume volume) =>
        volume.AmountFen < rule.AmountFenBelow && volume.Count < rule.CountBelow
        && (rule.ActiveDaysBelow is null || volume.ActiveDays < rule.ActiveDaysBelow)
        && (rule.CommissionFenBelow is null || volume.CommissionFen < rule.CommissionFenBelow);

    private static PolicyFigures Numbers(LowVolumeRule rule, List<MonthVolume> volumes) => PolicyFigures.Of(
        ("months", volumes.ConvertAll(v => PolicyFigures.Of(
            ("month", Word(v.Month)), ("amountFen", v.AmountFen), ("count", v.Count),
            ("activeDays", rule.ActiveDaysBelow is null ? null : v.ActiveDays),
            ("commissionFen", rule.CommissionFenBelow is null ? null : v.CommissionFen)))),
        ("amountFenBelow", rule.AmountFenBelow), ("countBelow", rule.CountBelow), ("activeDaysBelow", rule.ActiveDaysBelow),
        ("commissionFenBelow", rule.CommissionFenBelow));

    private static PolicyFigures RuleEvidence(LowVolumeRule rule, PolicyTerminal terminal) =>
        PolicyFigures.Of(("since", terminal.Since), ("source", rule.Source));

    /// <summary>Any one bound reached in the next month is enough.</summary>
    private static PolicyFigures Enough(LowVolumeRule rule, DateOnly month) => PolicyFigures.Of(
        ("what", "anyOf"), ("month", Word(month)), ("amountFen", rule.AmountFenBelow), ("count", rule.CountBelow), ("activeDays", rule.ActiveDaysBelow),
        ("commissionFen", rule.CommissionFenBelow));

    /// <summary>Exemptions that somebody could still show; a machine does not become new again.</summary>
    private static IEnumerable<PolicyFigures> Offered(IdlePolicy policy) => policy.Exemptions.OrderBy(e => e.Kind)
        .Where(e => e.Kind != PolicyExemptionKind.NewlyInstalled)
        .Select(e => PolicyFigures.Of(("what", MerchantRefusals.Word(e.Kind))));

    private static Exempted? Applies(
        PolicyExemption exemption, PolicyMerchant merchant, PolicyTerminal terminal, JudgedDates dates, List<DateOnly> months)
    {
        switch (exemption.Kind)
        {
            case PolicyExemptionKind.Spare:
                return terminal.Spare ? Exempted.Of(exemption) : null;
            case PolicyExemptionKind.NewlyInstalled:
                var ends = terminal.Since.AddDays(exemption.Days!.Value);
                return dates.On < ends ? Exempted.Of(exemption, null, ends, ("since", terminal.Since), ("days", exemption.Days)) : null;
            case PolicyExemptionKind.Seasonal:
                return merchant.Seasonal is { } season && SeasonalCalendar.TryParse(season.Value, out var calendar) && months.Exists(calendar.Touches)
                    ? Exempted.Of(exemption, season, season.ValidTo)
                    : null;
            case PolicyExemptionKind.RuralBenefitPoint:
                return merchant.RuralBenefitPoint is { } point ? Exempted.Of(exemption, point, point.ValidTo) : null;
            default:
                return merchant.Loan is { } loan ? Exempted.Of(exemption, null, null, ("loan", loan)) : null;
        }
    }

    private static string Word(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private sealed record Exempted(PolicyFigures Evidence, PolicyFigures Lever, DateOnly? RecheckOn)
    {
        public static Exempted Of(
            PolicyExemption exemption, PolicyEvidence? evidence = null, DateOnly? endsOn = null, params IReadOnlyList<(string, object?)> more)
        {
            var word = MerchantRefusals.Word(exemption.Kind);
            return new(
                PolicyFigures.Of([("exemption", word), ("no", evidence?.No), ("value", evidence?.Value), .. more, ("source", exemption.Source)]),
                PolicyFigures.Of(("what", word), ("endsOn", endsOn)), endsOn);
        }
    }
}
