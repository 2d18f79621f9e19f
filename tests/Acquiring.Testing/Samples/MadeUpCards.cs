using System.Globalization;

namespace Acquiring.Testing.Samples;

/// <summary>Card numbers that belong to nobody: random digits behind a real-looking prefix, with a valid check digit.</summary>
public static class MadeUpCards
{
    public const string Prefix = "622202";

    public static string Masked(Random random) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}******{random.Next(10_000):D4}");

    /// <summary>Sixteen or nineteen digits, Luhn-valid: what must never be kept.</summary>
    public static string Full(Random random, int length = 16)
    {
        var digits = Prefix;
        while (digits.Length < length - 1)
        {
            digits += (char)('0' + random.Next(10));
        }

        return digits + CheckDigit(digits);
    }

    private static char CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            sum += i % 2 == 1 ? digit : digit * 2 > 9 ? (digit * 2) - 9 : digit * 2;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
