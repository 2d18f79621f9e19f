using Acquiring.Core.Registry;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Transactions;

public class FindCardNumbersInText
{
    // 6222020000000000005 and 6222021234567894: made up, Luhn-valid.
    [Theory]
    [InlineData("6222021234567894")]
    [InlineData("卡号6222021234567894。")]
    [InlineData("6222 0212 3456 7894")]
    [InlineData("6222-0212-3456-7894 x")]
    [InlineData("６２２２０２１２３４５６７８９４")]
    [InlineData("4111111111111111")]
    [InlineData("378282246310005")]
    public void A_number_that_passes_the_check_in_a_card_range_is_found(string text) => CardLikeText.Has(text).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("赣州市章贡区1号")]
    [InlineData("6222021234567895")] // the check digit is wrong
    [InlineData("102360752110001")] // a merchant number: no card begins with 1
    [InlineData("411111111111")] // twelve digits
    [InlineData("41111111111111111111")] // twenty digits
    [InlineData("0797-8123456 and 0797-8123457")]
    public void Other_numbers_are_not(string text) => CardLikeText.Has(text).ShouldBeFalse();

    [Fact]
    public void What_an_error_repeats_hides_long_numbers()
    {
        FoundText.Of("6222021234567894").ShouldBe("622***94");
        FoundText.Of("tel 13812345678, 3 楼").ShouldBe("tel 138***78, 3 楼");
        FoundText.Of("5211a\n").ShouldBe("5211a?");
        FoundText.Of(new string('x', 41)).Length.ShouldBe(FoundText.CharsMax);
    }
}
