using Acquiring.Core.Onboarding;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Onboarding;

public sealed class CheckAForm
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    private static readonly ApplicationForm Good = new(
        ApplicantKind.Enterprise, "360700", "赣州某超市有限公司", "某超市", "91360700MA35A0000L", "2030-01-31", false, "91360700MA35A0000L",
        new("张三"), "5411", new("红旗大道 1 号", "水东镇", 25.85m, 114.93m, 12m), "1510200109200000001", "13907970001",
        [new("N86", 2)], [new(PayType.Card, CardKind.Debit, [new("0.60")]), new(PayType.Card, CardKind.Credit, [new("0.70")])]);

    public static TheoryData<string, string, ApplicationForm> Bad() => new()
    {
        { "form.kind", "application.field.required", Good with { Kind = null, LicenceExpiresOn = null, LicenceIsPermanent = true } },
        { "form.registeredName", "application.field.required", Good with { RegisteredName = null } },
        { "form.registeredName", "application.field.too-long", Good with { RegisteredName = new('店', 101) } },
        { "form.tradeName", "application.field.card-number", Good with { TradeName = "卡 6222021234567890128" } },
        { "form.tradeName", "application.field.not-text", Good with { TradeName = "a\u0001b" } },
        { "form.licenceNo", "application.field.licence-no", Good with { LicenceNo = "91360700MA35A0000K" } },
        { "form.licenceNo", "application.field.card-number", Good with { LicenceNo = "6222021234567890128" } },
        { "form.licenceExpiresOn", "application.field.required", Good with { LicenceExpiresOn = null } },
        { "form.licenceExpiresOn", "application.field.date", Good with { LicenceExpiresOn = "2030-02-30" } },
        { "form.licenceExpiresOn", "application.field.expired", Good with { LicenceExpiresOn = "2026-11-22" } },
        { "form.licenceExpiresOn", "application.field.expiry-twice", Good with { LicenceIsPermanent = true } },
        { "form.creditCode", "application.field.credit-code", Good with { CreditCode = "91360700MA35A0000K" } },
        { "form.personInCharge.name", "application.field.required", Good with { PersonInCharge = null } },
        { "form.personInCharge.idNo", "application.field.id-no", Good with { PersonInCharge = new("张三", "360700199001010011") } },
        { "form.mcc", "application.field.mcc", Good with { Mcc = "54a1" } },
        { "form.premises.latitude", "application.field.position", Good with { Premises = Good.Premises! with { Latitude = 53.7m } } },
        { "form.premises.longitude", "application.field.position", Good with { Premises = Good.Premises! with { Longitude = -114.93m } } },
        { "form.premises.accuracyMetres", "application.field.accuracy", Good with { Premises = Good.Premises! with { AccuracyMetres = 500.5m } } },
        { "form.premises.township", "application.field.required", Good with { Premises = Good.Premises! with { Township = null } } },
        { "form.settlementAccount", "application.field.account", Good with { SettlementAccount = "1234567" } },
        { "form.phone", "application.field.phone", Good with { Phone = "12345" } },
        { "form.machines", "application.field.required", Good with { Machines = [] } },
        { "form.machines[1].count", "application.field.count", Good with { Machines = [new("N86", 1), new("N92", 0)] } },
        { "form.machines", "application.field.machines", Good with { Machines = [new("N86", 50), new("N92", 1)] } },
        { "form.feeTerms", "pricing.card-term-missing", Good with { FeeTerms = [new(PayType.Card, CardKind.Debit, [new("0.60")])] } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void One_bad_field_is_one_fault_that_names_it(string path, string code, ApplicationForm form)
    {
        var fault = Of(form).ShouldHaveSingleItem();
        fault.Path.ShouldBe(path);
        fault.Code.ShouldBe(code);
    }

    [Fact]
    public void A_good_form_has_no_fault() => Of(Good).ShouldBeEmpty();

    [Fact]
    public void An_empty_form_lacks_everything_at_once_and_none_of_it_keeps_a_draft_from_being_kept()
    {
        var faults = Of(new());
        faults.Select(f => f.Path).ShouldBe(
        [
            "form.kind", "form.branchCode", "form.registeredName", "form.tradeName", "form.personInCharge.name", "form.mcc",
            "form.premises.address", "form.premises.township", "form.premises.latitude", "form.premises.longitude",
            "form.premises.accuracyMetres", "form.settlementAccount", "form.phone", "form.machines", "form.feeTerms",
        ]);
        faults.ShouldAllBe(f => !f.IsHard);
    }

    [Fact]
    public void A_micro_merchant_is_known_by_an_id_number_and_needs_no_licence()
    {
        var micro = Good with { Kind = ApplicantKind.Micro, LicenceNo = null, LicenceExpiresOn = null, CreditCode = null };
        Of(micro).ShouldHaveSingleItem().Path.ShouldBe("form.personInCharge.idNo");
        Of(micro with { PersonInCharge = new("张三", "36070019900101000X") }).ShouldBeEmpty();
    }

    [Fact]
    public void A_card_number_in_a_fault_of_a_price_is_not_repeated()
    {
        var fault = Of(Good with { FeeTerms = [new(PayType.Card, CardKind.Debit, [new("6222021234567890128")])] }).ShouldHaveSingleItem();
        fault.Details.ShouldAllBe(d => !d.Value.Contains("6222021234567890128"));
    }

    [Fact]
    public void A_form_is_judged_by_the_version_it_was_written_on()
    {
        var first = new FormDefinition(1, new(2026, 1, 1), [new("tradeName", FieldNeed.Never)], []);
        var second = new FormDefinition(2, new(2026, 12, 1), [new("tradeName", FieldNeed.Always)], []);
        var book = new FormBook(first, second);
        book.Current(new(2026, 11, 30)).ShouldBe(first);
        book.Current(new(2026, 12, 1)).ShouldBe(second);
        var form = Good with { TradeName = null };
        FormChecks.Of(book.Find(1)!, form, Today).ShouldBeEmpty();
        FormChecks.Of(book.Find(2)!, form, Today).ShouldHaveSingleItem().Path.ShouldBe("form.tradeName");
        book.Find(3).ShouldBeNull();
    }

    [Theory]
    [InlineData("红旗大道 1 号（东侧）", "红旗大道１号(东侧)")]
    [InlineData("No.5, North Road", "NO 5 NORTH ROAD")]
    public void One_address_in_two_writings_is_the_same_address(string one, string other) => FormText.Comparable(one).ShouldBe(FormText.Comparable(other));

    [Fact]
    public void What_people_type_is_tidied_and_an_empty_text_is_none()
    {
        var form = FormText.Tidy(Good with
        {
            Phone = "+86 139-0797-0001", CreditCode = " 91360700ma35a0000l ", RegisteredName = "　", PersonInCharge = new(" 张三 ", "36070019900101000x"),
        });
        form.Phone.ShouldBe("13907970001");
        form.CreditCode.ShouldBe("91360700MA35A0000L");
        form.RegisteredName.ShouldBeNull();
        form.PersonInCharge.ShouldBe(new("张三", "36070019900101000X"));
    }

    [Fact]
    public void A_mask_leaves_too_little_to_learn_anything()
    {
        var masked = FormMask.Of(Good with { PersonInCharge = new("张三丰", "36070019900101000X") });
        masked.PersonInCharge.ShouldBe(new("张**", "360***0X"));
        masked.SettlementAccount.ShouldBe("***0001");
        masked.Phone.ShouldBe("139***01");
        masked.Premises!.Latitude.ShouldBe(25.85m);
        FormMask.Of(Good with { Premises = Good.Premises! with { Longitude = 114.93871m } }).Premises!.Longitude.ShouldBe(114.93m);
        FormMask.Of(new()).ShouldBe(new());
    }

    private static IReadOnlyList<FieldFault> Of(ApplicationForm form) => FormChecks.Of(FormBook.Product.Definitions[0], form, Today);
}
