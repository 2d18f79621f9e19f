using Acquiring.Core.Loans;
using Acquiring.Core.Pricing;

namespace Acquiring.Core.Tests.Loans;

public sealed class FlowBack
{
    private static readonly Rate s_tenPercent = new(1_000_000);

    [Fact]
    public void Receipts_are_held_against_the_turnover_of_as_many_days_and_against_the_loan()
    {
        // 15 days of a declared 300,000 are 150,000; 60,000 came in: 40 %. A tenth of each day: 2,000 + 4,000, of 50,000 owed 12 %.
        ReturnFlow.Of(new(50_000, s_tenPercent, 300_000), 15, [20_000, 40_000]).ShouldBe(new(15, 60_000, 6_000, 4_000, 1_200));
    }

    [Fact]
    public void A_day_below_nothing_lowers_receipts_and_repays_nothing() =>
        ReturnFlow.Of(new(50_000, s_tenPercent, null), 30, [20_000, -5_000]).ShouldBe(new(30, 15_000, 2_000, null, 400));

    [Theory]
    [InlineData(4, 0)] // 0.4 fen a day
    [InlineData(5, 1)]
    [InlineData(14, 1)]
    [InlineData(15, 2)]
    public void Each_days_share_is_rounded_half_up_before_it_is_summed(long net, long expectedFen) =>
        ReturnFlow.Of(new(50_000, s_tenPercent, null), 30, [net, net, net]).ExpectedFen.ShouldBe(3 * expectedFen);

    [Theory]
    [InlineData(9_990, 999, 9_990)]
    [InlineData(10_000, 1_000, 10_000)]
    [InlineData(10_010, 1_000, 10_000)]
    public void No_more_is_expected_than_is_owed(long net, long expectedFen, long rate)
    {
        var flow = ReturnFlow.Of(new(1_000, s_tenPercent, null), 1, [net]);
        (flow.ExpectedFen, flow.LoanPerTenThousand).ShouldBe((expectedFen, rate));
    }

    [Fact]
    public void Amounts_near_the_end_of_64_bits_do_not_wrap() =>
        ReturnFlow.Of(new(1, new(Rate.Whole), 1), 30, [long.MaxValue / 10_000]).TurnoverPerTenThousand.ShouldBe(long.MaxValue / 10_000 * 10_000);

    [Fact]
    public void A_window_without_receipts_is_a_rate_of_nothing() =>
        ReturnFlow.Of(new(7, s_tenPercent, 7), 30, []).ShouldBe(new(30, 0, 0, 0, 0));

    [Fact]
    public void Only_days_with_complete_files_are_quiet_days()
    {
        DateOnly[] incomplete = [new(2026, 2, 27), new(2026, 3, 1), new(2026, 3, 9)];
        QuietDays.Of(new(2026, 2, 27), new(2026, 3, 6), incomplete).ShouldBe(6); // 28 Feb to 6 Mar are 7, less 1 Mar.
        QuietDays.Of(new(2026, 2, 26), new(2026, 3, 9), incomplete).ShouldBe(8); // 11 less 3.
        QuietDays.Of(new(2026, 3, 9), new(2026, 3, 9), incomplete).ShouldBe(0);
        QuietDays.Of(new(2026, 3, 12), new(2026, 3, 9), incomplete).ShouldBe(0);
    }
}
