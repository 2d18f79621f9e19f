namespace Acquiring.Core.Onboarding;

/// <summary>The form as answers show it: enough to recognise what one knows, too little to learn it.</summary>
public static class FormMask
{
    public static ApplicationForm Of(ApplicationForm form) => form with
    {
        PersonInCharge = form.PersonInCharge is { } person ? new(Name(person.Name), Ends(person.IdNo, 3, 2)) : null,
        Premises = form.Premises is { } premises
            ? premises with { Latitude = Coarse(premises.Latitude), Longitude = Coarse(premises.Longitude) }
            : null,
        SettlementAccount = Ends(form.SettlementAccount, 0, 4),
        Phone = Ends(form.Phone, 3, 2),
    };

    /// <summary>Two decimals of a degree: about a kilometre.</summary>
    private static decimal? Coarse(decimal? degrees) => degrees is { } d ? decimal.Round(d, 2, MidpointRounding.ToZero) : null;

    private static string? Name(string? name) => name is null ? null : $"{name.EnumerateRunes().First()}**";

    private static string? Ends(string? text, int first, int last) =>
        text is null ? null : text.Length <= first + last ? "***" : $"{text[..first]}***{text[^last..]}";
}
