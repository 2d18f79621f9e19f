using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.IdlePolicies;

/// <summary>Judges a proposed policy. The first fault in the order of the proposal is told, with its place.</summary>
public static class IdlePolicyCheck
{
    public const int TextCharsMax = 200;
    public const int MonthsMax = 12;
    public const int DaysMax = 60;
    public const int NewDaysMax = 366;
    public const int CountMax = 1_000_000;
    public const long FenMax = 1_000_000_000_000_000;

    private static readonly string[] s_grades = ["[S]", "[S/R]", "[R]", "[U]"];

    /// <summary>In this order: name, legal clocks, low volume, exemptions, early warning.</summary>
    public static Refusal? Of(IdlePolicy policy) =>
        CheckText("name", policy.Name)
        ?? CheckClocks(policy.LegalClocks)
        ?? (policy.LowVolume is { } low ? CheckLow(low) : null)
        ?? CheckExemptions(policy.Exemptions)
        ?? CheckWarning(policy.EarlyWarning);

    private static Refusal? CheckClocks(PolicyLegalClocks clocks) =>
        clocks.VerifyAfterMonths != IdleClockKind.ThreeMonths.Months() ? IdlePolicyRefusals.LegalClock("legalClocks.verifyAfterMonths", IdleClockKind.ThreeMonths)
        : clocks.RemoveAfterMonths != IdleClockKind.TwelveMonths.Months() ? IdlePolicyRefusals.LegalClock("legalClocks.removeAfterMonths", IdleClockKind.TwelveMonths)
        : CheckSource("legalClocks.source", clocks.Source);

    private static Refusal? CheckLow(LowVolumeRule low) =>
        CheckRange("lowVolume.months", low.Months, 1, MonthsMax)
        ?? CheckRange("lowVolume.amountFenBelow", low.AmountFenBelow, 1, FenMax)
        ?? CheckRange("lowVolume.countBelow", low.CountBelow, 1, CountMax)
        ?? (low.ActiveDaysBelow is { } days ? CheckRange("lowVolume.activeDaysBelow", days, 1, 31) : null)
        ?? (low.CommissionFenBelow is { } commission ? CheckRange("lowVolume.commissionFenBelow", commission, 1, FenMax) : null)
        ?? CheckSource("lowVolume.source", low.Source);

    private static Refusal? CheckExemptions(IReadOnlyList<PolicyExemption> exemptions)
    {
        var seen = new HashSet<PolicyExemptionKind>();
        for (var i = 0; i < exemptions.Count; i++)
        {
            var (exemption, at) = (exemptions[i], $"exemptions[{i}]");
            var isNew = exemption.Kind == PolicyExemptionKind.NewlyInstalled;
            var fault = !Enum.IsDefined(exemption.Kind) ? IdlePolicyRefusals.Word($"{at}.kind")
                : !seen.Add(exemption.Kind) ? IdlePolicyRefusals.Twice($"{at}.kind")
                : isNew && exemption.Days is null ? IdlePolicyRefusals.Range($"{at}.days", 1, NewDaysMax)
                : !isNew && exemption.Days is not null ? IdlePolicyRefusals.DaysOnlyOfNew($"{at}.days")
                : isNew && CheckRange($"{at}.days", exemption.Days!.Value, 1, NewDaysMax) is { } range ? range
                : CheckSource($"{at}.source", exemption.Source);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static Refusal? CheckWarning(EarlyWarningRules rules)
    {
        if (rules.AllTerminals is { } all
            && (CheckRange("earlyWarning.allTerminals.daysMin", all.DaysMin, 1, DaysMax)
                ?? CheckRange("earlyWarning.allTerminals.daysMax", all.DaysMax, all.DaysMin, DaysMax)
                ?? CheckSource("earlyWarning.allTerminals.source", all.Source)) is { } wrongAll)
        {
            return wrongAll;
        }

        if (rules.MostTerminals is { } most
            && (CheckRange("earlyWarning.mostTerminals.sharePercent", most.SharePercent, 1, 100)
                ?? CheckRange("earlyWarning.mostTerminals.days", most.Days, 1, DaysMax)
                ?? CheckSource("earlyWarning.mostTerminals.source", most.Source)) is { } wrongMost)
        {
            return wrongMost;
        }

        return rules.AnyTerminal is { } any
            ? CheckRange("earlyWarning.anyTerminal.daysMoreThan", any.DaysMoreThan, 1, DaysMax) ?? CheckSource("earlyWarning.anyTerminal.source", any.Source)
            : null;
    }

    private static Refusal? CheckText(string at, string text) =>
        string.IsNullOrWhiteSpace(text) || text.Length > TextCharsMax ? IdlePolicyRefusals.Text(at, TextCharsMax)
        : CardLikeText.Has(text) ? IdlePolicyRefusals.CardInText(at)
        : null;

    /// <summary>A number nobody vouches for says so by its grade.</summary>
    private static Refusal? CheckSource(string at, string text) =>
        CheckText(at, text) ?? (s_grades.Any(g => text.Contains(g, StringComparison.Ordinal)) ? null : IdlePolicyRefusals.Grade(at));

    private static Refusal? CheckRange(string at, long value, long min, long max) => value < min || value > max ? IdlePolicyRefusals.Range(at, min, max) : null;
}
