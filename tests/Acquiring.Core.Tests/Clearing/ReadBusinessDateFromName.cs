using Acquiring.Core.Clearing;

namespace Acquiring.Core.Tests.Clearing;

public sealed class ReadBusinessDateFromName
{
    [Theory]
    [InlineData("ZM_20261116.txt", "2026-11-16")]
    [InlineData("clearing_20261114_fen.csv", "2026-11-14")]
    [InlineData("20260101/ZM_20261116.txt", "2026-11-16")]
    [InlineData(@"C:\20260101\ZM20261116", "2026-11-16")]
    [InlineData("20280229", "2028-02-29")]
    [InlineData("20261116_20261116.txt", "2026-11-16")]
    [InlineData("10000072_20261116.txt", "2026-11-16")]
    public void The_eight_digits_that_form_a_date_are_it(string name, string date) =>
        ClearingFileName.BusinessDateIn(name).ShouldBe(DateOnly.Parse(date));

    [Theory]
    [InlineData("clearing.csv")]
    [InlineData("")]
    [InlineData("ZM_20270229.txt")]
    [InlineData("ZM_2026111.txt")]
    [InlineData("ZM_202611160.txt")]
    [InlineData("ZM_20261116_20261117.txt")]
    [InlineData("ZM_19991231.txt")]
    [InlineData("ZM_２０２６１１１６.txt")]
    [InlineData("ZM_20261116/")]
    public void No_date_or_two_is_none(string name) => ClearingFileName.BusinessDateIn(name).ShouldBeNull();
}
