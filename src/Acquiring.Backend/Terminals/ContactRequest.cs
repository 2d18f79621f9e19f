using System.Text.RegularExpressions;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Terminals;

/// <summary>What a machine says of itself.</summary>
/// <param name="Firmware">1 to 40 letters, digits, spaces or <c>. _ + -</c>, with no run of 13 digits: that could be a card number.</param>
/// <param name="SignalPercent">0 to 100, or nothing.</param>
public sealed partial record ContactRequest(string? Firmware, int? SignalPercent)
{
    internal Refusal? Check()
    {
        if (Firmware is null || !Allowed().IsMatch(Firmware) || DigitRun().IsMatch(Firmware))
        {
            return Refusal.Of(RefusalKind.Invalid, "terminal.contact.firmware");
        }

        return SignalPercent is < 0 or > 100
            ? Refusal.Of(RefusalKind.Invalid, "terminal.contact.signal", new Detail("signalPercent", $"{SignalPercent}"))
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._+\- ]{1,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Allowed();

    [GeneratedRegex("[0-9]{13}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DigitRun();
}
