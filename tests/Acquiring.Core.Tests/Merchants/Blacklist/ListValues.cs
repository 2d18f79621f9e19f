using Acquiring.Core.Merchants.Blacklist;

namespace Acquiring.Core.Tests.Merchants.Blacklist;

public sealed class ListValues
{
    [Theory]
    [InlineData(BlacklistKind.CreditCode, " 91360700ma35a0000l ", "91360700MA35A0000L")]
    [InlineData(BlacklistKind.Licence, "360700110000001", "360700110000001")]
    [InlineData(BlacklistKind.IdNo, "36070019900101001x", "36070019900101001X")]
    [InlineData(BlacklistKind.Account, "1510 2001 0920 0000 001", "1510200109200000001")]
    [InlineData(BlacklistKind.Phone, "+86-139-0797-0001", "13907970001")]
    [InlineData(BlacklistKind.Name, "赣州 （某）超市", "赣州某超市")]
    public void A_value_is_compared_however_it_is_written(BlacklistKind kind, string written, string tidy) =>
        ListedValues.Tidy(kind, written).ShouldBe(tidy);

    [Theory]
    [InlineData(BlacklistKind.CreditCode, "91360700MA35A0000")] // 17 characters.
    [InlineData(BlacklistKind.Licence, "36070011000000")] // 14 digits.
    [InlineData(BlacklistKind.IdNo, "3607001990010100AX")]
    [InlineData(BlacklistKind.Account, "1510200")] // 7 digits.
    [InlineData(BlacklistKind.Phone, "0000")]
    [InlineData(BlacklistKind.Name, "(店)")] // One character is left.
    [InlineData(BlacklistKind.Name, "")]
    public void What_is_none_of_its_kind_is_none(BlacklistKind kind, string written) => ListedValues.Tidy(kind, written).ShouldBeNull();

    [Fact]
    public void A_mask_never_holds_the_value()
    {
        ListedValues.Mask(BlacklistKind.CreditCode, "91360700MA35A0000L").ShouldBe("913***0L");
        ListedValues.Mask(BlacklistKind.Account, "1510200109200000001").ShouldBe("***0001");
        ListedValues.Mask(BlacklistKind.Phone, "13907970001").ShouldBe("139***01");
        ListedValues.Mask(BlacklistKind.Name, "赣州某超市").ShouldBe("赣**");
    }

    [Fact]
    public void A_licence_that_is_a_credit_code_and_an_id_number_are_compared_as_credit_codes_are()
    {
        ListedValues.ComparedAs(BlacklistKind.Licence, "91360700MA35A0000L").ShouldBe(BlacklistKind.CreditCode);
        ListedValues.ComparedAs(BlacklistKind.Licence, "360700110000001").ShouldBe(BlacklistKind.Licence);
        ListedValues.ComparedAs(BlacklistKind.IdNo, "36070019900101001X").ShouldBe(BlacklistKind.CreditCode);
    }
}
