using Acquiring.Backend.Registry;
using Acquiring.Core.Pricing;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>Sums of some days of one merchant, as booked and as priced again.</summary>
internal struct RepricedSums
{
    public long Sales;
    public long GrossFen;

    /// <summary>Sales that cost more than they bring when priced again.</summary>
    public long SalesBelowCost;
    public FeeParts Booked;
    public FeeParts Repriced;

    public void AddSale(int sign, long amountFen, FeeParts booked, FeeParts repriced)
    {
        Sales += sign;
        GrossFen += amountFen;
        SalesBelowCost += repriced.AcquirerFeeFen * sign < 0 ? sign : 0;
        Booked += booked;
        Repriced += repriced;
    }
}

/// <summary>One merchant while its days are priced again: what prices it, and what came of it.</summary>
internal sealed class RepricedMerchant(RegisteredMerchant merchant, MccTariff tariff, IReadOnlyList<VolumeStepDecision> steps, bool byMonth)
{
    private FeePlan? _plan;

    public RegisteredMerchant Merchant => merchant;

    /// <summary>Of the tariff asked for, else its own.</summary>
    public MccTariff Tariff => tariff;

    /// <summary>What would have been decided on the steps of the plan asked for.</summary>
    public IReadOnlyList<VolumeStepDecision> Steps => steps;

    public RepricedSums Sums;

    /// <summary>By the first day of the month; <c>null</c> unless asked for.</summary>
    public SortedDictionary<DateOnly, RepricedSums>? Months { get; } = byMonth ? [] : null;

    public SalesPattern Pattern { get; private set; }

    /// <summary>A plan of this merchant that a row names; the same one nearly always.</summary>
    public FeePlan PlanById(int feePlanId)
    {
        if (_plan?.Id != feePlanId)
        {
            _plan = merchant.Plans.First(p => p.Id == feePlanId);
        }

        return _plan;
    }

    public void AddSale(DateOnly date, int hour, int sign, long amountFen, FeeParts booked, FeeParts repriced)
    {
        Sums.AddSale(sign, amountFen, booked, repriced);
        var size = Math.Abs(amountFen);
        var p = Pattern;
        Pattern = new(
            p.Sales + sign, p.GrossFen + amountFen, p.SmallSales + (size < ArbitrageThresholds.SmallSaleFen ? sign : 0),
            p.MealtimeSales + (SalesPattern.IsMealtime(hour) ? sign : 0),
            p.LargeGrossFen + (size >= ArbitrageThresholds.LargeSaleFen ? amountFen : 0));
        if (Months is not null)
        {
            var month = MonthOf(date);
            month.AddSale(sign, amountFen, booked, repriced);
            Keep(date, month);
        }
    }

    public void AddReturn(DateOnly date, FeeParts booked, FeeParts repriced)
    {
        Sums.Booked += booked;
        Sums.Repriced += repriced;
        if (Months is not null)
        {
            var month = MonthOf(date);
            month.Booked += booked;
            month.Repriced += repriced;
            Keep(date, month);
        }
    }

    private RepricedSums MonthOf(DateOnly date) => Months!.GetValueOrDefault(new DateOnly(date.Year, date.Month, 1));

    private void Keep(DateOnly date, RepricedSums month) => Months![new DateOnly(date.Year, date.Month, 1)] = month;
}
