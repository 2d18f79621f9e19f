using System.Text.RegularExpressions;

namespace Acquiring.Core.Transactions;

/// <summary>
/// Finds card numbers that were typed into free text (a name, an address), where none may be kept: a run of 13 to 19 digits, single
/// spaces and hyphens between them ignored, that passes the Luhn check and begins as cards do.
/// </summary>
public static partial class CardLikeText
{
    /// <summary>Some mainland debit cards of old begin with 9558, outside the international ranges.</summary>
    private const int OldDebitPrefix = 9558;

    public static bool Has(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[CardMask.LengthMax + 1];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = Ascii(text[i]);
            if (char.IsAsciiDigit(c))
            {
                // One more than a card may have is enough to know that it is none.
                digits[Math.Min(count, CardMask.LengthMax)] = c;
                count = Math.Min(count + 1, CardMask.LengthMax + 1);
                continue;
            }

            var joins = c is ' ' or '-' && count > 0 && i + 1 < text.Length && char.IsAsciiDigit(Ascii(text[i + 1]));
            if (!joins)
            {
                if (IsCardNumber(digits[..count]))
                {
                    return true;
                }

                count = 0;
            }
        }

        return IsCardNumber(digits[..count]);
    }

    /// <summary>
    /// As <see cref="Has"/>, for what clients make themselves: UUIDs and hexadecimal strings of 32 characters and more in it are passed over,
    /// since one of some ten thousand such has a run of digits that only looks like a card number.
    /// </summary>
    public static bool HasBesideIds(string text) => Has(MadeIds().Replace(text, "#"));

    [GeneratedRegex("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex MadeIds();

    /// <summary>Whether digits alone are a card number: length, range of a card scheme, Luhn check.</summary>
    public static bool IsCardNumber(ReadOnlySpan<char> digits) =>
        digits.Length is >= CardMask.LengthMin and <= CardMask.LengthMax && !digits.ContainsAnyExceptInRange('0', '9')
        && IsInCardRange(digits) && PassesLuhn(digits);

    private static bool IsInCardRange(ReadOnlySpan<char> digits)
    {
        var first4 = ((digits[0] - '0') * 1000) + ((digits[1] - '0') * 100) + ((digits[2] - '0') * 10) + (digits[3] - '0');
        return first4 is (>= 2221 and <= 2720) or (>= 3000 and <= 3999) or (>= 4000 and <= 6999) or (>= 8100 and <= 8171) or OldDebitPrefix;
    }

    private static bool PassesLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return sum % 10 == 0;
    }

    // Full-width digits are how an input method writes them; they read the same to a person.
    private static char Ascii(char c) => c is >= '\uFF10' and <= '\uFF19' ? (char)(c - '\uFF10' + '0') : c;
}
