using System.Text;

namespace Acquiring.Core.Onboarding;

/// <summary>
/// Brings what people type into one writing: full-width letters and digits to plain ones, blanks off the ends. For comparing, more is left
/// out, since one address is written in many ways.
/// </summary>
public static class FormText
{
    /// <summary>The form as it is checked and kept; an empty text is none.</summary>
    public static ApplicationForm Tidy(ApplicationForm form) => form with
    {
        BranchCode = Number(form.BranchCode),
        RegisteredName = Words(form.RegisteredName),
        TradeName = Words(form.TradeName),
        LicenceNo = Number(form.LicenceNo),
        LicenceExpiresOn = Number(form.LicenceExpiresOn),
        CreditCode = Number(form.CreditCode),
        PersonInCharge = form.PersonInCharge is { } person ? new(Words(person.Name), Number(person.IdNo)) : null,
        Mcc = Number(form.Mcc),
        Premises = form.Premises is { } premises ? premises with { Address = Words(premises.Address), Township = Words(premises.Township) } : null,
        SettlementAccount = Number(form.SettlementAccount),
        Phone = PhoneDigits(form.Phone),
        Machines = form.Machines is { } machines ? [.. machines.Select(m => m is null ? new() : m with { Model = Words(m.Model) })] : null,
    };

    /// <summary>Without blanks, commas, brackets and the like, in capitals: for equality only.</summary>
    public static string Comparable(string text)
    {
        var comparable = new StringBuilder(text.Length);
        // Not by Unicode's normal forms: they do nothing where globalization is invariant.
        foreach (var c in Plain(text)!)
        {
            if (char.IsLetterOrDigit(c))
            {
                comparable.Append(char.ToUpperInvariant(c));
            }
        }

        return comparable.ToString();
    }

    private static string? Words(string? text) => Some(Plain(text)?.Trim());

    /// <summary>Plain letters and digits in capitals, without blanks; null when nothing is left.</summary>
    public static string? Number(string? text) => Some(Plain(text)?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());

    /// <summary>As <see cref="Number"/>, without hyphens and the country's own prefix.</summary>
    public static string? PhoneDigits(string? text)
    {
        var plain = Number(text)?.Replace("-", "", StringComparison.Ordinal);
        return plain is ['+', '8', '6', .. var mobile] ? mobile : plain;
    }

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // A text that is none (half of a pair) stays as it is; the checks refuse it.
    private static string? Plain(string? text) =>
        text is null ? null : string.Concat(text.Select(c => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - '\uFF01' + '!') : c == '\u3000' ? ' ' : c));
}
