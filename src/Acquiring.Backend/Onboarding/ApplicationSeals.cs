using System.Text.Json;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Onboarding;

namespace Acquiring.Backend.Onboarding;

/// <summary>What duplicates of an application are found by; null where the form says nothing.</summary>
internal sealed record ApplicationMarks(byte[]? Licence, byte[]? Holder, byte[]? Account, byte[]? Phone, byte[]? Premises, byte[]? Person);

/// <summary>Seals forms, and makes the keyed digests that they are compared by.</summary>
public sealed class ApplicationSeals(PersonalDataProtector protector)
{
    internal byte[] Seal(ApplicationForm form) => protector.Seal(Json(form));

    internal byte[] Seal(string text) => protector.Seal(text);

    internal string OpenText(byte[] sealedText) => protector.Open(sealedText);

    internal ApplicationForm Open(byte[] sealedForm) => JsonSerializer.Deserialize<ApplicationForm>(protector.Open(sealedForm), PlatformJson.Options)!;

    internal ApplicationMarks MarksOf(ApplicationForm form) => new(
        Mark(MarkPurposes.Licence, form.LicenceNo), Mark(MarkPurposes.CreditCode, HolderOf(form)),
        Mark(MarkPurposes.Account, form.SettlementAccount), Mark(MarkPurposes.Phone, form.Phone),
        Mark(MarkPurposes.Premises, Comparable(form.Premises?.Address)), Mark(MarkPurposes.CreditCode, form.PersonInCharge?.IdNo));

    /// <summary>What a blacklist may name, field by field.</summary>
    internal IReadOnlyList<(string Field, byte[] Mark)> ListedMarksOf(ApplicationForm form) => BlacklistMarks.Of(protector, form);

    /// <summary>Of all that makes up a request, or of all that was verified. Keyed, since phones and accounts can be guessed.</summary>
    internal byte[] MarkContent(object content) => protector.Mark(MarkPurposes.Application, Json(content));

    /// <summary>Whom the merchant is known by: its credit code, or the ID number of the person in charge of a micro merchant.</summary>
    internal static string? HolderOf(ApplicationForm form) => form.Kind == ApplicantKind.Micro ? form.PersonInCharge?.IdNo : form.CreditCode;

    internal static string Json(object content) => JsonSerializer.Serialize(content, PlatformJson.Options);

    private static string? Comparable(string? address) => address is null ? null : FormText.Comparable(address) is { Length: > 0 } text ? text : null;

    private byte[]? Mark(string purpose, string? text) => text is null ? null : protector.Mark(purpose, text);
}
