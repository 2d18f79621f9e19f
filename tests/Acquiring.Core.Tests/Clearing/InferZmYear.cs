namespace Acquiring.Core.Tests.Clearing;

public sealed class InferZmYear
{
    [Theory]
    [InlineData("2026-11-16", "1116000000", "2026-11-16")]
    [InlineData("2026-11-16", "1117000000", "2025-11-17")] // one day later is last year's, 364 days ago
    [InlineData("2027-01-01", "1231235959", "2026-12-31")]
    [InlineData("2027-01-01", "0101000000", "2027-01-01")]
    [InlineData("2026-12-31", "0101000000", "2026-01-01")]
    [InlineData("2028-02-29", "0229120000", "2028-02-29")]
    [InlineData("2028-03-01", "0229120000", "2028-02-29")]
    [InlineData("2029-02-28", "0229120000", "2028-02-29")] // 365 days
    [InlineData("2029-03-01", "0229120000", "2028-02-29")] // 366 days
    [InlineData("2028-02-29", "0301120000", "2027-03-01")]
    public void The_year_is_the_latest_on_or_before_the_business_date(string businessDate, string time, string date) =>
        Reading.Zm.LineOf(ZmText.Line(("time", time)), DateOnly.Parse(businessDate)).TransactionDate.ShouldBe(DateOnly.Parse(date));

    [Theory]
    [InlineData("2029-03-02")] // 367 days after the 29th of February 2028
    [InlineData("2028-02-28")] // the last one was in 2024
    [InlineData("2026-11-16")]
    public void The_29th_of_February_can_be_too_long_ago(string businessDate)
    {
        var fault = Reading.Zm.FaultOf(ZmText.Line(("time", "0229120000")), DateOnly.Parse(businessDate));
        (fault.Field, fault.Code).ShouldBe(("time", "clearing.line.date-range"));
    }

    [Fact]
    public void The_first_day_of_all_has_no_earlier_year()
    {
        var fault = Reading.Zm.FaultOf(ZmText.Line(("time", "1231000000")), DateOnly.MinValue);
        fault.Code.ShouldBe("clearing.line.time");
    }

    [Fact]
    public void An_originals_year_follows_the_line_that_gives_back()
    {
        var line = Reading.Zm.LineOf(
            ZmText.Line(("time", "1231220000"), ("transaction_type", "04"), ("original_time", "0101080000")), new DateOnly(2027, 1, 2));
        line.OccurredAt.ShouldBe(new DateTime(2026, 12, 31, 22, 0, 0));
        line.OriginalOccurredAt.ShouldBe(new DateTime(2026, 1, 1, 8, 0, 0));
    }
}
