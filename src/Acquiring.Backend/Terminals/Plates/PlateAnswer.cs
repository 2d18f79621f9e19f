using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;

namespace Acquiring.Backend.Terminals.Plates;

/// <param name="PlateCode">What is printed on it.</param>
/// <param name="TerminalNo">What transactions by it carry; <c>/terminals/{terminalNo}</c> tells their volume.</param>
/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
/// <param name="MerchantNo">Whom it is bound to; <c>null</c> when to nobody.</param>
/// <param name="HandedOutOn"><c>null</c> unless it is handed out now.</param>
/// <param name="Replacement">Of a replacement just made: the plate that took the place.</param>
public sealed record QrPlateAnswer(
    string PlateCode, string TerminalNo, int Version, QrPlateState State, IReadOnlyList<QrPlateAct> LegalActs, string? MerchantNo,
    string InstallationAddress, DateOnly? HandedOutOn, QrPlateAnswer? Replacement = null)
{
    internal static QrPlateAnswer Of(TerminalRecord t) =>
        Of(t.TerminalNo, t.SerialNo, t.Version, t.Standing.State, t.MerchantNo, t.InstallationAddress, t.InstalledOn) with
        {
            Replacement = t.Replacement is { } other ? Of(other) : null,
        };

    internal static QrPlateAnswer Of(
        string terminalNo, string plateCode, int version, TerminalState terminalState, string? merchantNo, string address, DateOnly on)
    {
        var state = QrPlates.StateOf(terminalState);
        return new(
            plateCode, terminalNo, version, state, QrPlates.LegalFrom(state), merchantNo, address, state == QrPlateState.HandedOut ? on : null);
    }
}
