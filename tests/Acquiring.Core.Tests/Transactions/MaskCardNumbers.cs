using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Transactions;

public sealed class MaskCardNumbers
{
    [Theory]
    [InlineData("", "")]
    [InlineData("no digits", "no digits")]
    [InlineData("622202162018", "622202162018")] // 12
    [InlineData("6222021620180", "622202***0180")] // 13
    [InlineData("6222021620182084777", "622202*********4777")] // 19
    [InlineData("6222021620182086", "622202******2086")]
    [InlineData("x6222021620182086y", "x622202******2086y")]
    [InlineData("a 6222021620182086, b 4111111111111111.", "a 622202******2086, b 411111******1111.")]
    [InlineData("102360755110006", "102360*****0006")]
    [InlineData("622202******7777", "622202******7777")]
    [InlineData("00006222021620182086", "000062**********2086")] // 20, with a card number at its end
    [InlineData("６２２２０２１６２０１８２０８６", "６２２２０２******２０８６")]
    public void Of_a_run_that_may_be_a_card_number_only_six_and_four_digits_stay(string text, string masked) =>
        CardNumbers.MaskIn(text).ShouldBe(masked);
}
