namespace Acquiring.Core.Onboarding;

/// <summary>
/// The last four characters of a merchant number, counted (domain §5). 1 to 9999 are the digits 0001 to 9999; then come all that have a
/// letter, in the order of 0-9A-Z: 000A, 000B, ... 000Z, 001A, ... ZZZZ. So a number that was given once keeps its place for ever.
/// </summary>
public static class MerchantSequence
{
    public const int First = 1;
    private const int Chars = 4;
    private const int LastOfDigits = 9_999;
    private const int AllTexts = 36 * 36 * 36 * 36;
    private const int AllDigits = 10_000;
    private const string Order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>1,679,615.</summary>
    public const int Last = LastOfDigits + AllTexts - AllDigits;

    public static string Text(int no)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(no, First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(no, Last);
        return no <= LastOfDigits ? $"{no:D4}" : WithLetter(no - LastOfDigits - 1);
    }

    /// <summary>The text at a place, from 0, among those with at least one letter.</summary>
    private static string WithLetter(int place)
    {
        Span<char> text = stackalloc char[Chars];
        var (texts, digits, hasLetter) = (AllTexts, AllDigits, false);
        for (var i = 0; i < Chars; i++)
        {
            (texts, digits) = (texts / 36, digits / 10);
            foreach (var c in Order)
            {
                // How many texts go on from here and have a letter in the end.
                var below = hasLetter || c >= 'A' ? texts : texts - digits;
                if (place < below)
                {
                    text[i] = c;
                    hasLetter |= c >= 'A';
                    break;
                }

                place -= below;
            }
        }

        return text.ToString();
    }
}
