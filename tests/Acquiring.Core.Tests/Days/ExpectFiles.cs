using Acquiring.Core.Days;

namespace Acquiring.Core.Tests.Days;

public sealed class ExpectFiles
{
    [Fact]
    public void Without_a_file_nothing_is_expected_and_every_date_is_complete()
    {
        var calendar = new FileCalendar([]);
        calendar.StartsOn.ShouldBeNull();
        calendar.IsComplete(Date("2026-11-20")).ShouldBeTrue();
        calendar.IncompleteThrough(Date("2026-11-20")).ShouldBeEmpty();
    }

    [Fact]
    public void A_channel_expects_a_file_each_date_from_its_earliest_on_whatever_the_order()
    {
        var calendar = new FileCalendar([Complete("2026-11-17"), Complete("2026-11-14"), Complete("2026-11-15")]);
        calendar.IsComplete(Date("2026-11-13")).ShouldBeTrue();
        calendar.IncompleteThrough(Date("2026-11-18")).ShouldBe([Date("2026-11-16"), Date("2026-11-18")]);
        calendar.MissingOn(Date("2026-11-16")).ShouldBe([new MissingFile(Date("2026-11-16"), "default")]);
    }

    [Fact]
    public void A_file_still_read_begins_its_channel_but_completes_no_date() =>
        new FileCalendar([new("default", Date("2026-11-14"), FileProgress.Reading)])
            .IncompleteThrough(Date("2026-11-14")).ShouldBe([Date("2026-11-14")]);

    [Fact]
    public void A_withdrawn_file_is_as_if_it_had_never_come()
    {
        var withdrawnFirst = new FileCalendar([new("default", Date("2026-11-14"), FileProgress.Withdrawn), Complete("2026-11-15")]);
        withdrawnFirst.StartsOn.ShouldBe(Date("2026-11-15"));
        var withdrawnLater = new FileCalendar([Complete("2026-11-14"), new("default", Date("2026-11-15"), FileProgress.Withdrawn)]);
        withdrawnLater.IsComplete(Date("2026-11-15")).ShouldBeFalse();
    }

    [Fact]
    public void A_date_needs_a_file_of_every_channel_that_has_begun()
    {
        var calendar = new FileCalendar([Complete("2026-11-14"), Complete("2026-11-15"), Complete("2026-11-15", "wallet"), Complete("2026-11-16")]);
        calendar.IsComplete(Date("2026-11-14")).ShouldBeTrue();
        calendar.IsComplete(Date("2026-11-15")).ShouldBeTrue();
        calendar.MissingOn(Date("2026-11-16")).ShouldBe([new MissingFile(Date("2026-11-16"), "wallet")]);
        calendar.ChannelsExpectedOn(Date("2026-11-14")).ShouldBe(["default"]);
    }

    private static DatedFile Complete(string date, string channel = "default") => new(channel, Date(date), FileProgress.Complete);

    private static DateOnly Date(string text) => DateOnly.Parse(text);
}
