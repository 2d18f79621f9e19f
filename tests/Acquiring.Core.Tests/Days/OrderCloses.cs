using Acquiring.Core.Days;

namespace Acquiring.Core.Tests.Days;

public sealed class OrderCloses
{
    private static readonly DateOnly Today = Date("2026-11-22");
    private static readonly FileCalendar NoFile = new([]);

    [Fact]
    public void The_first_close_begins_with_the_first_file() =>
        Plan("2026-11-16", null, Files("2026-11-14", "2026-11-15", "2026-11-16"))
            .ShouldBe([Date("2026-11-14"), Date("2026-11-15"), Date("2026-11-16")]);

    [Fact]
    public void Missed_dates_are_caught_up_in_order() =>
        Plan("2026-11-16", "2026-11-14", Files("2026-11-10", "2026-11-15", "2026-11-16"))
            .ShouldBe([Date("2026-11-15"), Date("2026-11-16")]);

    [Fact]
    public void A_date_up_to_the_last_closed_one_is_closed()
    {
        Plan("2026-11-14", "2026-11-14", Files("2026-11-14")).ShouldBeEmpty();
        Plan("2026-11-13", "2026-11-14", Files("2026-11-14")).ShouldBeEmpty();
    }

    [Fact]
    public void Without_any_file_only_the_date_itself_is_closed() => Plan("2026-11-16", null, NoFile).ShouldBe([Date("2026-11-16")]);

    [Fact]
    public void Before_the_first_file_only_the_date_itself_is_closed() =>
        Plan("2026-11-10", null, Files("2026-11-14")).ShouldBe([Date("2026-11-10")]);

    [Fact]
    public void Today_may_be_closed_and_tomorrow_not()
    {
        Plan("2026-11-22", null, NoFile).ShouldBe([Today]);
        CloseOrder.DatesToClose(Date("2026-11-23"), true, null, NoFile, Today).Refusal!.Code.ShouldBe("days.future");
    }

    [Fact]
    public void A_date_that_files_were_sent_for_has_come_whatever_the_clock_says()
    {
        Plan("2026-11-24", "2026-11-23", Files("2026-11-24")).ShouldBe([Date("2026-11-24")]);
        CloseOrder.DatesToClose(Date("2026-11-25"), true, null, Files("2026-11-24"), Today).Refusal!.Code.ShouldBe("days.future");
    }

    [Fact]
    public void A_missing_file_is_refused_by_date_and_channel_unless_the_caller_insists()
    {
        var files = Files("2026-11-14", "2026-11-17");
        var refusal = CloseOrder.DatesToClose(Date("2026-11-17"), false, null, files, Today).Refusal!;
        refusal.Code.ShouldBe("days.file-missing");
        refusal["missing"].ShouldBe("2026-11-15 (default), 2026-11-16 (default)");
        refusal["count"].ShouldBe("2");
        CloseOrder.DatesToClose(Date("2026-11-17"), true, null, files, Today).Value.Count.ShouldBe(4);
    }

    [Fact]
    public void More_dates_than_the_limit_are_not_caught_up_at_once()
    {
        // 400 dates end on the day number of the first plus 399.
        var last = Date("2025-01-01").AddDays(400);
        CloseOrder.DatesToClose(last, true, Date("2025-01-01"), NoFile, Today).Value.Count.ShouldBe(400);
        var refusal = CloseOrder.DatesToClose(last.AddDays(1), true, Date("2025-01-01"), NoFile, Today).Refusal!;
        refusal.Code.ShouldBe("days.catch-up-too-long");
        refusal["last"].ShouldBe($"{last:yyyy-MM-dd}");
    }

    private static IReadOnlyList<DateOnly> Plan(string requested, string? lastClosedOn, FileCalendar files) =>
        CloseOrder.DatesToClose(Date(requested), false, lastClosedOn is null ? null : Date(lastClosedOn), files, Today).Value;

    private static FileCalendar Files(params string[] dates) =>
        new(dates.Select(d => new DatedFile("default", Date(d), FileProgress.Complete)));

    private static DateOnly Date(string text) => DateOnly.Parse(text);
}
