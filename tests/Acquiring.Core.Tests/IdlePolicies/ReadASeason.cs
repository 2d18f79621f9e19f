using Acquiring.Core.Merchants;

namespace Acquiring.Core.Tests.IdlePolicies;

public sealed class ReadASeason
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("1,2,12", true)]
    [InlineData("11-15..03-15", true)]
    [InlineData("02-29..02-29,7", true)]
    [InlineData("", false)]
    [InlineData("13", false)]
    [InlineData("01", false)]
    [InlineData("1,", false)]
    [InlineData(" 1", false)]
    [InlineData("02-30..03-01", false)]
    [InlineData("1-2..3-4", false)]
    [InlineData("01-01..12-31", false)]
    [InlineData("1,2,3,4,5,6,7,8,9,10,11,12", false)]
    public void It_is_written_in_one_way_and_leaves_an_open_day(string value, bool fits) =>
        AttributeKind.Of(MerchantAttribute.Seasonal).Fits(value).ShouldBe(fits);

    [Fact]
    public void A_range_goes_over_the_end_of_the_year()
    {
        SeasonalCalendar.TryParse("11-30..02-29", out var season).ShouldBeTrue();
        Enumerable.Range(1, 12).Where(m => season.Touches(new(2027, m, 1))).ShouldBe([1, 2, 11, 12]);
        SeasonalCalendar.TryParse("02-29..02-29", out var leap).ShouldBeTrue();
        (leap.Touches(new(2027, 2, 1)), leap.Touches(new(2028, 2, 1))).ShouldBe((false, true));
    }
}
