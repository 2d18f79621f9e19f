using System.Text;

namespace Acquiring.Core.Registry;

/// <summary>
/// What an error repeats of a cell, so that a person finds it: shortened, on one line, and with long numbers hidden, because an account
/// or an ID number that slipped into the wrong column is still one.
/// </summary>
public static class FoundText
{
    public const int CharsMax = 40;

    /// <summary>A run of so many digits may be a phone, an account, an ID or a card number.</summary>
    private const int HiddenDigitsMin = 11;
    private const int ShownFirst = 3;
    private const int ShownLast = 2;

    public static string Of(string cell)
    {
        var text = new StringBuilder();
        for (var i = 0; i < cell.Length && text.Length < CharsMax;)
        {
            var digits = 0;
            while (i + digits < cell.Length && char.IsDigit(cell[i + digits]))
            {
                digits++;
            }

            if (digits >= HiddenDigitsMin)
            {
                text.Append(cell, i, ShownFirst).Append("***").Append(cell, i + digits - ShownLast, ShownLast);
                i += digits;
            }
            else
            {
                var length = Math.Max(1, digits);
                for (var j = 0; j < length; j++)
                {
                    text.Append(char.IsControl(cell[i + j]) ? '?' : cell[i + j]);
                }

                i += length;
            }
        }

        return text.Length > CharsMax ? text.ToString(0, CharsMax) : text.ToString();
    }
}
