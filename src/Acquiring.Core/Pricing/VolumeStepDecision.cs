namespace Acquiring.Core.Pricing;

/// <summary>
/// A merchant's gross of one calendar month, decided when the month's last business date closed. It chooses the steps of the merchant's
/// terms for transaction dates from <see cref="EffectiveFrom"/> on, until the next decision takes effect.
/// </summary>
/// <param name="Month">The first day of the month.</param>
public sealed record VolumeStepDecision(DateOnly Month, long VolumeFen, DateOnly EffectiveFrom)
{
    /// <summary>A month's volume counts from the 8th of the next month on: its last files have come and are closed by then.</summary>
    public const int LagDaysDefault = 7;

    /// <summary>
    /// From which transaction date a month's volume chooses the step: lag days into the next month; later where the close came so late
    /// that a later date has already been priced, so that no line of one date is ever priced by another step than its neighbour.
    /// </summary>
    /// <param name="pricedThrough">The latest transaction date already priced for the merchant.</param>
    public static DateOnly EffectiveDate(DateOnly month, int lagDays, DateOnly? pricedThrough)
    {
        var planned = month.AddMonths(1).AddDays(lagDays);
        return pricedThrough is { } through && through >= planned ? through.AddDays(1) : planned;
    }

    /// <summary>The volume that chooses steps on a date; 0 (the first step) while nothing was decided. Decisions are in order of their date.</summary>
    public static long VolumeOn(IReadOnlyList<VolumeStepDecision> decisions, DateOnly on)
    {
        for (var i = decisions.Count - 1; i >= 0; i--)
        {
            if (decisions[i].EffectiveFrom <= on)
            {
                return decisions[i].VolumeFen;
            }
        }

        return 0;
    }
}
