using Acquiring.Core.Messages;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Messages.Contacts;

/// <summary>Phones and e-mail addresses as people type them, brought into one writing.</summary>
internal static class ContactText
{
    /// <summary>As the application form does.</summary>
    public static string? Phone(string? text) => FormText.Tidy(new ApplicationForm { Phone = text }).Phone;

    public static string? Tidy(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    public static Refusal? Check(string? phone, string? email, string? language) =>
        phone is not null && !PaperNumbers.IsPhone(phone) ? MessageRefusals.BadPhone
        : email is not null && !ContactAddress.IsEmail(email) ? MessageRefusals.BadEmail
        : language is not (null or "zh-CN" or "en") ? MessageRefusals.BadLanguage
        : null;
}
