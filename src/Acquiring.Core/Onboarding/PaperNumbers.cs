using System.Globalization;

namespace Acquiring.Core.Onboarding;

/// <summary>Numbers of papers that carry a check digit. Letters count in capitals only: callers normalise first.</summary>
public static class PaperNumbers
{
    private const string CreditCodeChars = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const int IdBirthYearMin = 1900;

    private static readonly int[] s_idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>A unified social credit code: 18 characters without I, O, S, V, Z; the last checks the others modulo 31 (GB 32100-2015).</summary>
    public static bool IsCreditCode(ReadOnlySpan<char> code)
    {
        if (code.Length != 18)
        {
            return false;
        }

        var (sum, weight) = (0, 1);
        for (var i = 0; i < 17; i++)
        {
            var value = CreditCodeChars.IndexOf(code[i], StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            sum += value * weight;
            weight = weight * 3 % 31;
        }

        return CreditCodeChars[(31 - (sum % 31)) % 31] == code[17];
    }

    /// <summary>A resident's ID number: area, day of birth, order, check character modulo 11 (GB 11643-1999).</summary>
    public static bool IsIdNumber(ReadOnlySpan<char> number, DateOnly today)
    {
        if (number.Length != 18 || number[..17].ContainsAnyExceptInRange('0', '9') || number[0] is < '1' or > '8'
            || !DateOnly.TryParseExact(number.Slice(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born)
            || born.Year < IdBirthYearMin || born > today)
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            sum += (number[i] - '0') * s_idWeights[i];
        }

        return "10X98765432"[sum % 11] == number[17];
    }

    /// <summary>A business licence: since 2015 it carries the credit code, before it a registration number of 15 digits.</summary>
    public static bool IsLicence(ReadOnlySpan<char> number) =>
        IsCreditCode(number) || (number.Length == 15 && !number.ContainsAnyExceptInRange('0', '9'));

    /// <summary>A mainland mobile number, or a land line with its area code; digits only.</summary>
    public static bool IsPhone(ReadOnlySpan<char> digits) =>
        !digits.ContainsAnyExceptInRange('0', '9')
        && ((digits.Length == 11 && digits[0] == '1' && digits[1] is >= '3' and <= '9')
            || (digits.Length is >= 10 and <= 12 && digits[0] == '0' && digits[1] != '0'));
}
