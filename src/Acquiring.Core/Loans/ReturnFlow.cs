using Acquiring.Core.Pricing;

namespace Acquiring.Core.Loans;

/// <summary>What a loan asks of receipts.</summary>
/// <param name="OutstandingFen">Above 0.</param>
/// <param name="Share">Of net receipts, agreed for repayment.</param>
/// <param name="DeclaredTurnoverFen">What the merchant said it takes in a month of 30 days; above 0.</param>
public sealed record LoanTerms(long OutstandingFen, Rate Share, long? DeclaredTurnoverFen);

/// <summary>
/// The return-flow rate (回流率) of a window: what comes in through our machines, against what the merchant declared and against the loan.
/// </summary>
/// <param name="NetFen">Sales less refunds and reversals; below 0 when more was given back.</param>
/// <param name="ExpectedFen">What the share agreed takes of each day's net receipts, nothing of a day below 0; never more than is owed.</param>
/// <param name="TurnoverPerTenThousand">Receipts of turnover declared for as many days; 10,000 is all of it. <c>null</c> where nothing was declared.</param>
/// <param name="LoanPerTenThousand">Expected of outstanding; at most 10,000.</param>
public sealed record ReturnFlow(int Days, long NetFen, long ExpectedFen, long? TurnoverPerTenThousand, long LoanPerTenThousand)
{
    /// <summary>The days of a declared month.</summary>
    public const int MonthDays = 30;

    public const int DaysMax = 366;

    private const int PerTenThousand = 10_000;

    /// <summary>Each day's share is rounded half-up to the fen, then summed; the two rates half-up to the ten-thousandth.</summary>
    /// <param name="days">Of the window, 1 to <see cref="DaysMax"/>.</param>
    /// <param name="netOfDays">Those of them that had receipts.</param>
    public static ReturnFlow Of(LoanTerms loan, int days, IReadOnlyList<long> netOfDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(loan.OutstandingFen, nameof(loan));
        var (net, expected) = (0L, 0L);
        foreach (var day in netOfDays)
        {
            net += day;
            expected += loan.Share.OfHalfUp(Math.Max(day, 0));
        }

        expected = Math.Min(expected, loan.OutstandingFen);
        return new(
            days, net, expected,
            loan.DeclaredTurnoverFen is { } declared
                ? HalfUp.Divide((Int128)Math.Max(net, 0) * PerTenThousand * MonthDays, (Int128)declared * days)
                : null,
            HalfUp.Divide((Int128)expected * PerTenThousand, loan.OutstandingFen));
    }
}
