using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Limits;

public sealed class JudgeLimits
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Theory]
    [InlineData(999, null)]
    [InlineData(1_000, null)]
    [InlineData(1_001, LimitKind.OneSale)]
    public void One_sale_may_meet_its_limit_and_not_pass_it(long amountFen, LimitKind? kind) =>
        (LimitRule.Judge(new(1_000, null, null, null, null), default, default, amountFen)?.Kind).ShouldBe(kind);

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, false)]
    [InlineData(401, true)]
    public void The_sum_of_a_day_counts_this_sale(long amountFen, bool breached)
    {
        var breach = LimitRule.Judge(new(null, 1_000, null, null, null), new(600, 2), new(600, 2), amountFen);
        breach.ShouldBe(breached ? new LimitBreach(LimitKind.DaySum, 1_000, 600) : null);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void The_count_of_a_day_counts_this_sale(int before, bool breached)
    {
        var breach = LimitRule.Judge(new(null, null, 3, null, null), new(1, before), new(1, before), 1);
        breach.ShouldBe(breached ? new LimitBreach(LimitKind.DayCount, 3, 3) : null);
    }

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, false)]
    [InlineData(401, true)]
    public void The_sum_of_a_month_counts_this_sale(long amountFen, bool breached)
    {
        var breach = LimitRule.Judge(new(null, null, null, 1_000, null), default, new(600, 2), amountFen);
        breach.ShouldBe(breached ? new LimitBreach(LimitKind.MonthSum, 1_000, 600) : null);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void The_count_of_a_month_counts_this_sale(int before, bool breached)
    {
        var breach = LimitRule.Judge(new(null, null, null, null, 3), default, new(1, before), 1);
        breach.ShouldBe(breached ? new LimitBreach(LimitKind.MonthCount, 3, 3) : null);
    }

    [Fact]
    public void The_first_of_several_is_told() =>
        LimitRule.Judge(new(1, 1, 0, 1, 0), default, default, 2)!.Value.Kind.ShouldBe(LimitKind.OneSale);

    [Fact]
    public void A_count_of_zero_stops_all_sales() =>
        LimitRule.Judge(new(null, null, 0, null, null), default, default, 1)!.Value.Kind.ShouldBe(LimitKind.DayCount);

    [Fact]
    public void A_sum_beyond_64_bits_throws_and_does_not_wrap() =>
        Should.Throw<OverflowException>(() => LimitRule.Judge(new(null, 1, null, null, null), new(long.MaxValue, 1), default, 1));

    [Fact]
    public void The_pay_types_own_limit_is_judged_before_that_of_all()
    {
        var limits = new MerchantLimits([Limit(1, PayType.Qr, "2026-01-01", 100), Limit(2, null, "2026-01-01", 150)]);
        var windows = new VolumeWindows();
        windows.Add(Today, PayType.Card, new(120, 1));

        limits.Judge(windows, Today, Today, PayType.Qr, 101).ShouldBe((new LimitBreach(LimitKind.DaySum, 100, 0), PayType.Qr));
        limits.Judge(windows, Today, Today, PayType.Qr, 31).ShouldBe((new LimitBreach(LimitKind.DaySum, 150, 120), null));
        limits.Judge(windows, Today, Today, PayType.Qr, 30).ShouldBeNull();
        limits.Judge(windows, Today, Today, PayType.Wallet, 31).ShouldNotBeNull();
    }

    [Fact]
    public void The_latest_date_decides_then_the_latest_decision()
    {
        var limits = new MerchantLimits(
            [Limit(1, null, "2026-11-01", 100), Limit(2, null, "2026-11-20", 200), Limit(3, null, "2026-11-20", 300), Limit(4, null, "2026-11-10", 400)]);
        limits.InForce(new(2026, 10, 31), null).ShouldBeNull();
        limits.InForce(new(2026, 11, 9), null)!.DayFen.ShouldBe(100);
        limits.InForce(new(2026, 11, 19), null)!.DayFen.ShouldBe(400);
        limits.InForce(new(2026, 11, 20), null)!.DayFen.ShouldBe(300);
        limits.Version.ShouldBe(4);
    }

    [Fact]
    public void Windows_keep_days_months_and_pay_types_apart()
    {
        var windows = new VolumeWindows();
        windows.Add(new(2026, 11, 30), PayType.Card, new(1, 1));
        windows.Add(new(2026, 12, 1), PayType.Card, new(10, 1));
        windows.Add(new(2026, 12, 1), PayType.Qr, new(100, 1));
        windows.Add(new(2025, 12, 1), PayType.Card, new(1_000, 1));
        windows.Day(new(2026, 12, 1), PayType.Card).ShouldBe(new(10, 1));
        windows.Day(new(2026, 12, 1), null).ShouldBe(new(110, 2));
        windows.Month(new(2026, 12, 31), null).ShouldBe(new(110, 2));
        windows.Month(new(2026, 11, 1), PayType.Card).ShouldBe(new(1, 1));
    }

    private static MerchantLimit Limit(int id, PayType? payType, string from, long dayFen) =>
        new(id, payType, DateOnly.Parse(from), new(null, dayFen, null, null, null));
}
