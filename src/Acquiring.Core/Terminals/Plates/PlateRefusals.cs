using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;

namespace Acquiring.Core.Terminals.Plates;

/// <summary>Why an act on a plate is not done.</summary>
public static class PlateRefusals
{
    public static Refusal IllegalStep(QrPlateAct act, QrPlateState state)
    {
        var legal = QrPlates.LegalFrom(state);
        return legal.Count == 0
            ? Refusal.Of(RefusalKind.Conflict, "plate.withdrawn", new Detail("act", TerminalRefusals.Word(act)))
            : Refusal.Of(
                RefusalKind.Conflict, "plate.illegal-step", new Detail("act", TerminalRefusals.Word(act)),
                new Detail("state", TerminalRefusals.Word(state)), new Detail("legal", string.Join(", ", legal.Select(TerminalRefusals.Word))));
    }

    public static Refusal NoReason(QrPlateAct act) => Refusal.Of(
        RefusalKind.Invalid, "plate.no-reason", new Detail("act", TerminalRefusals.Word(act)),
        new Detail("reasons", string.Join(", ", Enum.GetValues<TerminalReason>().Select(TerminalRefusals.Word))));

    /// <summary>The check digit does not fit: a digit was misread.</summary>
    public static Refusal Code(string id) => Refusal.Of(RefusalKind.Invalid, "plate.code", new Detail("found", FoundText.Of(id)));

    public static Refusal Unknown(string id) => Refusal.Of(RefusalKind.NotFound, "plate.unknown", new Detail("plate", FoundText.Of(id)));

    public static Refusal ReplacementNotInStock(string terminalNo, TerminalState state) => Refusal.Of(
        RefusalKind.Conflict, "plate.replacement-not-in-stock", new Detail("terminalNo", terminalNo),
        new Detail("state", TerminalRefusals.Word(QrPlates.StateOf(state))));

    /// <summary>An act of machines was asked for.</summary>
    public static Refusal IsPlate(string terminalNo) => Refusal.Of(RefusalKind.Conflict, "terminal.is-plate", new Detail("terminalNo", terminalNo));
}
