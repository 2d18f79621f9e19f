using Acquiring.Core.Onboarding;

namespace Acquiring.Core.Tests.Onboarding;

public sealed class NumberMerchants
{
    [Theory]
    [InlineData(1, "0001")]
    [InlineData(9_999, "9999")]
    [InlineData(10_000, "000A")]
    [InlineData(10_025, "000Z")]
    [InlineData(10_026, "001A")]
    [InlineData(10_026 + (26 * 9), "00A0")] // After 000A-009Z, ten times 26 texts, comes the first with a letter in the third place.
    [InlineData(1_679_614, "ZZZY")]
    [InlineData(1_679_615, "ZZZZ")]
    public void Digits_come_first_then_all_that_have_a_letter(int no, string text) => MerchantSequence.Text(no).ShouldBe(text);

    [Fact]
    public void No_text_comes_twice_and_those_with_letters_rise()
    {
        var texts = Enumerable.Range(MerchantSequence.First, MerchantSequence.Last).Select(MerchantSequence.Text).ToArray();
        texts.Distinct(StringComparer.Ordinal).Count().ShouldBe((36 * 36 * 36 * 36) - 1); // All but 0000.
        var lettered = texts[9_999..];
        lettered.ShouldAllBe(t => t.Any(char.IsAsciiLetter));
        lettered.Zip(lettered.Skip(1)).All(p => string.CompareOrdinal(p.First, p.Second) < 0).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_679_616)]
    public void There_is_nothing_beyond_the_ends(int no) => Should.Throw<ArgumentOutOfRangeException>(() => MerchantSequence.Text(no));
}
