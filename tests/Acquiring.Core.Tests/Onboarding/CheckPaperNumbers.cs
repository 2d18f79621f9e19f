using Acquiring.Core.Onboarding;

namespace Acquiring.Core.Tests.Onboarding;

public sealed class CheckPaperNumbers
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Theory]
    [InlineData("91350100M000100Y43", true)] // The example of GB 32100-2015.
    [InlineData("91360700MA35A0000L", true)]
    [InlineData("91350100M000100Y44", false)]
    [InlineData("91350100M000100Y4", false)]
    [InlineData("91350100M000100Y433", false)]
    [InlineData("91350100m000100y43", false)]
    [InlineData("9135010OM000100Y43", false)] // The letter O is none of the 31 characters.
    [InlineData("", false)]
    public void A_credit_code_has_31_characters_and_a_check(string code, bool isRight) => PaperNumbers.IsCreditCode(code).ShouldBe(isRight);

    [Fact]
    public void Every_single_slip_and_swap_in_a_credit_code_is_seen()
    {
        const string Code = "91360700MA35A0000L";
        foreach (var place in Enumerable.Range(0, 18))
        {
            foreach (var c in "0123456789ABCDEFGHJKLMNPQRTUWXY".Where(c => c != Code[place]))
            {
                PaperNumbers.IsCreditCode(Code[..place] + c + Code[(place + 1)..]).ShouldBeFalse();
            }
        }

        PaperNumbers.IsCreditCode("19360700MA35A0000L").ShouldBeFalse();
    }

    [Theory]
    [InlineData("11010519491231002X", true)] // The example of GB 11643-1999.
    [InlineData("36070019900101000X", true)]
    [InlineData("11010519491231002x", false)]
    [InlineData("110105194912310021", false)]
    [InlineData("11010519491331002X", false)]
    [InlineData("360700202611220012", false)]
    [InlineData("01010519491231002X", false)]
    [InlineData("1101051949123100", false)]
    public void An_id_number_has_a_day_of_birth_and_a_check(string number, bool isRight) => PaperNumbers.IsIdNumber(number, Today).ShouldBe(isRight);

    [Theory]
    [InlineData("13907970001", true)]
    [InlineData("079785550001", true)]
    [InlineData("0108555001", true)]
    [InlineData("12907970001", false)]
    [InlineData("1390797000", false)]
    [InlineData("0079785550", false)]
    [InlineData("139x7970001", false)]
    public void A_phone_is_a_mobile_or_a_land_line(string digits, bool isRight) => PaperNumbers.IsPhone(digits).ShouldBe(isRight);

    [Theory]
    [InlineData("91360700MA35A0000L", true)]
    [InlineData("360700123456789", true)]
    [InlineData("36070012345678", false)]
    [InlineData("91360700MA35A0000K", false)]
    public void A_licence_is_a_credit_code_or_fifteen_digits(string number, bool isRight) => PaperNumbers.IsLicence(number).ShouldBe(isRight);
}
