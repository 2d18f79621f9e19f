using System.Text.Json;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Terminals;

/// <summary>Why an act on a machine is not done.</summary>
public static class TerminalRefusals
{
    public static Refusal IllegalStep(TerminalAct act, TerminalStanding standing)
    {
        var legal = standing.LegalActs;
        return legal.Count == 0
            ? Refusal.Of(RefusalKind.Conflict, "terminal.scrapped", new Detail("act", Word(act)))
            : Refusal.Of(
                RefusalKind.Conflict, "terminal.illegal-step", new Detail("act", Word(act)), new Detail("state", Word(standing.State)),
                new Detail("legal", string.Join(", ", legal.Select(Word))));
    }

    public static Refusal NoReason(TerminalAct act) => Refusal.Of(
        RefusalKind.Invalid, "terminal.no-reason", new Detail("act", Word(act)),
        new Detail("reasons", string.Join(", ", Enum.GetValues<TerminalReason>().Select(Word))));

    public static Refusal NotALoss(TerminalReason reason) => Refusal.Of(
        RefusalKind.Invalid, "terminal.not-a-loss", new Detail("reason", Word(reason)),
        new Detail("lost", Word(TerminalReason.LostOrStolen)));

    /// <param name="id">A terminal number, or a serial number in the form <c>sn:…</c>.</param>
    public static Refusal Unknown(string id) => Refusal.Of(RefusalKind.NotFound, "terminal.unknown", new Detail("terminalNo", id));

    /// <summary>The word of a state, an act or a reason, as it is stored and shown.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
