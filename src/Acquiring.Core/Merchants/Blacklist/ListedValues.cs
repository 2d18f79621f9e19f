using Acquiring.Core.Onboarding;

namespace Acquiring.Core.Merchants.Blacklist;

/// <summary>What a blacklist names somebody by.</summary>
public enum BlacklistKind
{
    /// <summary>A firm's unified social credit code.</summary>
    CreditCode = 1,
    Licence,

    /// <summary>A person's ID number.</summary>
    IdNo,

    /// <summary>A bank account.</summary>
    Account,
    Phone,

    /// <summary>Of a firm or a shop; persons are named by their ID number, since too many share a name.</summary>
    Name,
}

/// <summary>Values of a blacklist: brought into the writing that forms and merchants are compared in, and masked for people to see.</summary>
public static class ListedValues
{
    public const int NameCharsMin = 2;
    public const int NameCharsMax = 200;

    private const int CodeChars = 18;
    private const int OldLicenceDigits = 15;
    private const int AccountDigitsMin = 8;
    private const int AccountDigitsMax = 32;

    /// <summary>As it is compared; <c>null</c> when it is none of its kind. The form is judged, not the check character: a wrong code may be listed, too.</summary>
    public static string? Tidy(BlacklistKind kind, string text)
    {
        var number = FormText.Number(text) ?? "";
        var isRight = kind switch
        {
            BlacklistKind.CreditCode => IsCode(number),
            BlacklistKind.Licence => IsCode(number) || (number.Length == OldLicenceDigits && IsDigits(number)),
            BlacklistKind.IdNo => number.Length == CodeChars && IsDigits(number[..^1]) && (number[^1] == 'X' || char.IsAsciiDigit(number[^1])),
            BlacklistKind.Account => number.Length is >= AccountDigitsMin and <= AccountDigitsMax && IsDigits(number),
            BlacklistKind.Phone => PaperNumbers.IsPhone(number = FormText.PhoneDigits(text) ?? ""),
            BlacklistKind.Name => text.Length <= NameCharsMax && (number = FormText.Comparable(text)).Length >= NameCharsMin,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        return isRight ? number : null;
    }

    /// <summary>
    /// Which kind of digest it is compared by. A licence has been the credit code since 2015, and a micro merchant is known by an ID number where
    /// others have a credit code: what has 18 characters is one kind, whatever field it stands in.
    /// </summary>
    public static BlacklistKind ComparedAs(BlacklistKind kind, string tidy) =>
        kind == BlacklistKind.IdNo || (kind == BlacklistKind.Licence && tidy.Length == CodeChars) ? BlacklistKind.CreditCode : kind;

    /// <summary>Enough to recognise what one knows, too little to learn it.</summary>
    public static string Mask(BlacklistKind kind, string tidy) => kind switch
    {
        BlacklistKind.Account => $"***{tidy[^4..]}",
        BlacklistKind.Name => $"{tidy.EnumerateRunes().First()}**",
        _ => $"{tidy[..3]}***{tidy[^2..]}",
    };

    private static bool IsCode(string text) => text.Length == CodeChars && Identifiers.IsAsciiLettersOrDigits(text);

    private static bool IsDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
