using Acquiring.Core.Idle;
using Acquiring.Core.Merchants;

namespace Acquiring.Core.IdlePolicies;

/// <summary>What a terminal took for its present holder in a calendar month, by transaction date, as known on the judged night.</summary>
/// <param name="AmountFen">Of its sales; refunds and reversals are not deducted, since they are no activity either.</param>
public readonly record struct MonthVolume(DateOnly Month, long AmountFen, int Count, int ActiveDays, long CommissionFen);

/// <summary>An attribute of the merchant, in force on the judged date.</summary>
/// <param name="No">Names it within the merchant.</param>
/// <param name="ValidTo">The first date it no longer holds, where one is known.</param>
public sealed record PolicyEvidence(int No, string Value, DateOnly? ValidTo);

/// <summary>A machine that works for the merchant when the judged date ends.</summary>
/// <param name="ClockFrom">Since when it works for this holder, where people bound it.</param>
/// <param name="Months">Of months with anything at all.</param>
public sealed record PolicyTerminal(
    int Id, bool Spare, DateOnly InstalledOn, DateOnly? ClockFrom, LastActivity LastActivity, IReadOnlyList<MonthVolume> Months)
{
    /// <summary>Since when it is where it is.</summary>
    public DateOnly Since => ClockFrom is { } from && from > InstalledOn ? from : InstalledOn;

    public MonthVolume In(DateOnly month)
    {
        foreach (var volume in Months)
        {
            if (volume.Month == month)
            {
                return volume;
            }
        }

        return new(month, 0, 0, 0, 0);
    }
}

/// <summary>A merchant with all its machines: the warnings of one hang on the others.</summary>
/// <param name="Terminals">In the order of their ids.</param>
/// <param name="RuralBenefitPoint">Only where its value is <c>true</c>.</param>
/// <param name="Seasonal">The value is one that <see cref="SeasonalCalendar"/> reads.</param>
/// <param name="Loan">The number of a loan it is linked to.</param>
public sealed record PolicyMerchant(
    IReadOnlyList<PolicyTerminal> Terminals, PolicyEvidence? RuralBenefitPoint = null, PolicyEvidence? Seasonal = null, string? Loan = null);
