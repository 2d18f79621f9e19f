namespace Acquiring.Core.Alarms;

/// <summary>When alarms are raised; data with a version and a date.</summary>
/// <param name="QuietDays">Days with complete files, of level 1, 2 and 3.</param>
/// <param name="FallPercents">By how much volume must fall, of level 2 and 3.</param>
/// <param name="FallWeeks">The weeks that are looked at.</param>
/// <param name="FallBaseWeeks">The weeks before them, that they are held against.</param>
/// <param name="FallBaseFenMin">What the weeks before must have brought, a week of seven counted days.</param>
/// <param name="CountedPercentMin">Of the days of each window, that must have complete files.</param>
/// <param name="MarginWeeks">The weeks whose commission is summed.</param>
/// <param name="MarginLossFenMin">From which loss on.</param>
public sealed record AlarmPolicy(
    int Version, IReadOnlyList<int> QuietDays, IReadOnlyList<int> FallPercents, int FallWeeks, int FallBaseWeeks, long FallBaseFenMin,
    int CountedPercentMin, int MarginWeeks, long MarginLossFenMin)
{
    public const int WeeksMax = 53;

    /// <summary>The last week day of a week's windows.</summary>
    public const DayOfWeek WeekEnd = DayOfWeek.Sunday;
}
