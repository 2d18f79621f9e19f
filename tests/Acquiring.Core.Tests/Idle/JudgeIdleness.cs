using Acquiring.Core.Idle;

namespace Acquiring.Core.Tests.Idle;

public sealed class JudgeIdleness
{
    private static readonly HashSet<DateOnly> None = [];

    [Theory]
    [InlineData("2026-08-20", "2026-11-20")]
    [InlineData("2026-11-30", "2027-02-28")]
    [InlineData("2027-11-30", "2028-02-29")]
    [InlineData("2026-08-31", "2026-11-30")]
    [InlineData("2026-12-31", "2027-03-31")]
    public void Three_calendar_months_are_clamped_to_the_end_of_the_month(string activityOn, string dueOn) =>
        IdleClock.Due(Date(activityOn), IdleClockKind.ThreeMonths, None).ShouldBe(new IdleDue(Date(dueOn), 0));

    [Fact]
    public void Twelve_months_after_a_leap_day_end_on_the_28th() =>
        IdleClock.Due(Date("2028-02-29"), IdleClockKind.TwelveMonths, None).ShouldBe(new IdleDue(Date("2029-02-28"), 0));

    [Fact]
    public void The_last_day_is_idle_and_the_day_before_is_not()
    {
        var terminal = Sold("2026-08-20");
        IdleClock.Judge(terminal, None, Date("2026-11-19")).ShouldBeNull();
        IdleClock.Judge(terminal, None, Date("2026-11-20"))!.Clock.ShouldBe(IdleClockKind.ThreeMonths);
    }

    [Fact]
    public void Twelve_months_replace_three()
    {
        var terminal = Sold("2025-11-20");
        IdleClock.Judge(terminal, None, Date("2026-11-19"))!.Clock.ShouldBe(IdleClockKind.ThreeMonths);
        IdleClock.Judge(terminal, None, Date("2026-11-20"))!.Clock.ShouldBe(IdleClockKind.TwelveMonths);
    }

    [Fact]
    public void Each_incomplete_date_after_the_activity_moves_the_end_by_a_day() =>
        // 2026-08-20 is the activity's own date and does not count; 11-01 and 11-02 do.
        IdleClock.Due(Date("2026-08-20"), IdleClockKind.ThreeMonths, Dates("2026-08-20", "2026-11-01", "2026-11-02"))
            .ShouldBe(new IdleDue(Date("2026-11-22"), 2));

    [Fact]
    public void An_incomplete_date_that_only_the_moved_end_reaches_counts_too() =>
        // End 11-20; 11-20 is incomplete, so 11-21; that is incomplete too, so 11-22; 11-23 is out of reach.
        IdleClock.Due(Date("2026-08-20"), IdleClockKind.ThreeMonths, Dates("2026-11-20", "2026-11-21", "2026-11-23"))
            .ShouldBe(new IdleDue(Date("2026-11-22"), 2));

    [Fact]
    public void The_smallest_end_is_taken_when_a_later_one_would_also_fit() =>
        // End 11-20 with no incomplete date up to it is a fixpoint; 11-21 incomplete would make 11-21 one as well.
        IdleClock.Due(Date("2026-08-20"), IdleClockKind.ThreeMonths, Dates("2026-11-21")).ShouldBe(new IdleDue(Date("2026-11-20"), 0));

    [Fact]
    public void A_spare_is_never_idle() =>
        IdleClock.Judge(Sold("2020-01-01") with { Spare = true }, None, Date("2026-11-20")).ShouldBeNull();

    [Fact]
    public void The_later_of_sale_and_registry_counts_and_the_installation_only_without_either()
    {
        var installed = new TerminalHistory(false, null, null, Date("2026-01-01"));
        installed.LastActivity.ShouldBe(new LastActivity(Date("2026-01-01"), ActivitySource.Installation));
        (installed with { KnownActivityOn = Date("2025-12-01") }).LastActivity
            .ShouldBe(new LastActivity(Date("2025-12-01"), ActivitySource.Registry));
        (installed with { KnownActivityOn = Date("2025-12-01"), LastSaleOn = Date("2025-12-02") }).LastActivity
            .ShouldBe(new LastActivity(Date("2025-12-02"), ActivitySource.Sale));
        (installed with { KnownActivityOn = Date("2025-12-03"), LastSaleOn = Date("2025-12-02") }).LastActivity
            .ShouldBe(new LastActivity(Date("2025-12-03"), ActivitySource.Registry));
    }

    [Fact]
    public void Registry_activity_after_the_judged_date_means_nothing_is_known_on_it() =>
        IdleClock.Judge(new(false, null, Date("2026-11-10"), Date("2020-01-01")), None, Date("2026-10-01")).ShouldBeNull();

    private static TerminalHistory Sold(string on) => new(false, Date(on), null, Date("2019-01-01"));

    private static DateOnly Date(string text) => DateOnly.Parse(text);

    private static HashSet<DateOnly> Dates(params string[] texts) => [.. texts.Select(Date)];
}
