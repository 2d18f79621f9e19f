using System.Globalization;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Terminals.Plates;

/// <summary>
/// The code printed on a plate: <c>QR</c>, the eight digits of its terminal number, and a check digit by ISO 7064 MOD 11,10, which finds every
/// mistyped digit and almost every exchange of two neighbours. Staff type it off plates in shops.
/// </summary>
public static class PlateCode
{
    public const string Prefix = "QR";
    public const int Length = 11;

    /// <param name="no">Eight digits, as plates are given.</param>
    public static string Of(TerminalNo no) => Prefix + no.Text + CheckDigit(no.Text).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether it is a plate's code, check digit and all; no machine's serial number may be one.</summary>
    public static bool Is(string text) => HasShape(text) && text[^1] - '0' == CheckDigit(text.AsSpan(Prefix.Length, TerminalNo.Length));

    /// <summary>By plate code or by terminal number. Refuses <c>plate.code</c> for a wrong check digit, <c>plate.unknown</c> for what is neither.</summary>
    public static Result<TerminalNo> Read(string id)
    {
        if (HasShape(id))
        {
            return Is(id) ? new TerminalNo(id.Substring(Prefix.Length, TerminalNo.Length)) : PlateRefusals.Code(id);
        }

        return TerminalNo.TryParse(id, out var no) ? no : PlateRefusals.Unknown(id);
    }

    private static bool HasShape(string text) =>
        text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && !text.AsSpan(Prefix.Length).ContainsAnyExceptInRange('0', '9');

    private static int CheckDigit(ReadOnlySpan<char> digits)
    {
        var product = 10;
        foreach (var digit in digits)
        {
            var sum = (product + digit - '0') % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10;
    }
}
