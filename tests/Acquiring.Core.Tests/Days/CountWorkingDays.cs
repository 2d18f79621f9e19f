using Acquiring.Core.Days;

namespace Acquiring.Core.Tests.Days;

public sealed class CountWorkingDays
{
    /// <summary>The end of September and October of 2026, as decreed.</summary>
    private static readonly WorkingCalendar s_calendar = new(
        [
            new(new(2026, 9, 20), true, "调休上班"),
            .. Enumerable.Range(25, 3).Select(d => new SpecialDay(new(2026, 9, d), false, "中秋节")),
            .. Enumerable.Range(1, 7).Select(d => new SpecialDay(new(2026, 10, d), false, "国庆节")),
            new(new(2026, 10, 10), true, "调休上班"),
        ],
        [2026]);

    [Theory]
    [InlineData("2026-09-18", DayKind.Working)] // Friday
    [InlineData("2026-09-19", DayKind.Weekend)]
    [InlineData("2026-09-20", DayKind.WorkedInstead)] // Sunday
    [InlineData("2026-09-25", DayKind.Holiday)] // Friday
    [InlineData("2026-09-27", DayKind.Holiday)] // Sunday
    public void A_date_is_what_the_decree_says_before_what_the_week_says(string date, DayKind kind) =>
        s_calendar.KindOf(DateOnly.Parse(date)).ShouldBe(kind);

    [Theory]
    [InlineData("2026-09-17", 1, "2026-09-18")]
    [InlineData("2026-09-18", 1, "2026-09-20")] // Saturday is off, Sunday is worked instead.
    [InlineData("2026-09-24", 1, "2026-09-28")]
    [InlineData("2026-09-30", 1, "2026-10-08")]
    [InlineData("2026-09-30", 3, "2026-10-10")] // 8, 9, and Saturday the 10th.
    [InlineData("2026-09-30", 4, "2026-10-12")]
    [InlineData("2026-10-03", 0, "2026-10-08")]
    [InlineData("2026-10-08", 0, "2026-10-08")]
    [InlineData("2026-12-31", 1, "2027-01-01")] // Not known: only the weekends are assumed.
    public void Working_days_are_counted_from_the_day_after(string from, int days, string on) =>
        s_calendar.Add(DateOnly.Parse(from), days).ShouldBe(DateOnly.Parse(on));

    [Fact]
    public void Of_a_year_that_is_not_known_it_says_so()
    {
        s_calendar.IsAssumed(new(2026, 12, 31)).ShouldBeFalse();
        s_calendar.IsAssumed(new(2027, 1, 1)).ShouldBeTrue();
    }

    [Fact]
    public void A_calendar_without_working_days_is_a_mistake()
    {
        var never = new WorkingCalendar(Enumerable.Range(0, 40).Select(i => new SpecialDay(new DateOnly(2026, 1, 1).AddDays(i), false, "x")), [2026]);
        Should.Throw<InvalidOperationException>(() => never.Next(new(2026, 1, 1))).Message.ShouldContain("no working day");
    }
}
