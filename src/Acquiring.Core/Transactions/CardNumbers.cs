using System.Text;

namespace Acquiring.Core.Transactions;

/// <summary>Reading and hiding of card numbers. A whole number leaves this class only towards the edge that makes the keyed reference.</summary>
public static class CardNumbers
{
    private const int ShownAtStart = 6;
    private const int ShownAtEnd = 4;

    /// <summary>
    /// Reads nothing (no card), a mask (six digits, stars, four digits) or a whole number; both have 13 to 19 characters. The check digit
    /// is not judged: a number that fails it is still a secret.
    /// </summary>
    /// <param name="full">The whole number where the text was one, else <c>null</c>.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out CardMask mask, out string? full)
    {
        mask = default;
        full = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length is < CardMask.LengthMin or > CardMask.LengthMax
            || !TryNumber(text[..ShownAtStart], out var first6)
            || !TryNumber(text[^ShownAtEnd..], out var last4))
        {
            return false;
        }

        var middle = text[ShownAtStart..^ShownAtEnd];
        if (middle.ContainsAnyExcept((byte)'*'))
        {
            if (middle.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            full = Encoding.ASCII.GetString(text);
        }

        mask = CardMask.Of(first6, last4, text.Length);
        return true;
    }

    /// <summary>
    /// The text with every possible card number masked: of a run of 13 or more digits only the first six and the last four stay, whatever
    /// its check digit, since a longer run may hold a number that fails it. Returns the same string where nothing is hidden.
    /// </summary>
    public static string MaskIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        char[]? masked = null;
        var places = new List<int>();
        for (var i = 0; i < text.Length; i++)
        {
            places.Clear();
            // Single spaces and hyphens between digits belong to the run: cards are printed in groups.
            while (i < text.Length && (char.IsDigit(text[i]) || (places.Count > 0 && JoinsDigits(text, i))))
            {
                if (char.IsDigit(text[i]))
                {
                    places.Add(i);
                }

                i++;
            }

            for (var p = ShownAtStart; places.Count >= CardMask.LengthMin && p < places.Count - ShownAtEnd; p++)
            {
                masked ??= text.ToCharArray();
                masked[places[p]] = '*';
            }
        }

        return masked is null ? text : new string(masked);
    }

    private static bool JoinsDigits(string text, int at) =>
        text[at] is ' ' or '-' && at + 1 < text.Length && char.IsDigit(text[at + 1]);

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
