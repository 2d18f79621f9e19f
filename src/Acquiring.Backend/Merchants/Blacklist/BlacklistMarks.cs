using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Merchants.Blacklist;
using Acquiring.Core.Onboarding;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>The digests that listed values, forms and merchants are compared by.</summary>
internal static class BlacklistMarks
{
    /// <param name="tidy">As <see cref="ListedValues.Tidy"/> gives it.</param>
    public static byte[] Of(PersonalDataProtector protector, BlacklistKind kind, string tidy) => protector.Mark(
        ListedValues.ComparedAs(kind, tidy) switch
        {
            BlacklistKind.CreditCode => MarkPurposes.CreditCode,
            BlacklistKind.Licence => MarkPurposes.Licence,
            BlacklistKind.Account => MarkPurposes.Account,
            BlacklistKind.Phone => MarkPurposes.Phone,
            BlacklistKind.Name => MarkPurposes.Name,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        },
        tidy);

    /// <summary>Every field of a form that a list can name, with its digest, in the order of the form.</summary>
    public static IReadOnlyList<(string Field, byte[] Mark)> Of(PersonalDataProtector protector, ApplicationForm form)
    {
        var marks = new List<(string, byte[])>();
        Add("form.registeredName", BlacklistKind.Name, form.RegisteredName);
        Add("form.tradeName", BlacklistKind.Name, form.TradeName);
        Add("form.licenceNo", BlacklistKind.Licence, form.LicenceNo);
        Add("form.creditCode", BlacklistKind.CreditCode, form.CreditCode);
        Add("form.personInCharge.idNo", BlacklistKind.IdNo, form.PersonInCharge?.IdNo);
        Add("form.settlementAccount", BlacklistKind.Account, form.SettlementAccount);
        Add("form.phone", BlacklistKind.Phone, form.Phone);
        return marks;

        void Add(string field, BlacklistKind kind, string? text)
        {
            if (text is not null && ListedValues.Tidy(kind, text) is { } tidy)
            {
                marks.Add((field, Of(protector, kind, tidy)));
            }
        }
    }
}
