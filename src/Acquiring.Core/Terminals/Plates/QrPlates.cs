using Acquiring.Core.Refusals;

namespace Acquiring.Core.Terminals.Plates;

/// <summary>Where a plate is: the states of a terminal in the words of plates.</summary>
public enum QrPlateState
{
    /// <summary>Printed, works for nobody.</summary>
    InStock = 1,

    /// <summary>Works for a merchant from now on, not handed over yet.</summary>
    Bound,
    HandedOut,

    /// <summary>Works for nobody; a payment by it is refused.</summary>
    Lost,

    /// <summary>For good: customers keep pictures of a plate, so it never works for another merchant.</summary>
    Withdrawn,
}

/// <summary>What people do with a plate.</summary>
public enum QrPlateAct
{
    Bind = 1,
    HandOut,

    /// <summary>Withdrawn or lost, with another plate bound in its place.</summary>
    Replace,
    ReportLost,
    Withdraw,
}

/// <summary>The life of a plate (docs/decisions/0018-qr-plates.md): fewer states than a machine's, and no way back to stock.</summary>
public static class QrPlates
{
    /// <summary>Of every plate, where a machine has its maker's name for it.</summary>
    public const string Model = "qrPlate";

    private static readonly Dictionary<QrPlateAct, QrPlateState[]> s_from = new()
    {
        [QrPlateAct.Bind] = [QrPlateState.InStock],
        [QrPlateAct.HandOut] = [QrPlateState.Bound],
        [QrPlateAct.Replace] = [QrPlateState.Bound, QrPlateState.HandedOut],
        [QrPlateAct.ReportLost] = [QrPlateState.InStock, QrPlateState.Bound, QrPlateState.HandedOut],
        [QrPlateAct.Withdraw] = [QrPlateState.InStock, QrPlateState.Bound, QrPlateState.HandedOut, QrPlateState.Lost],
    };

    public static QrPlateState StateOf(TerminalState state) => state switch
    {
        TerminalState.InStock => QrPlateState.InStock,
        TerminalState.Assigned => QrPlateState.Bound,
        TerminalState.Installed => QrPlateState.HandedOut,
        TerminalState.Lost => QrPlateState.Lost,
        TerminalState.Scrapped => QrPlateState.Withdrawn,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no plate is ever that"),
    };

    public static TerminalState StateOf(QrPlateState state) => state switch
    {
        QrPlateState.InStock => TerminalState.InStock,
        QrPlateState.Bound => TerminalState.Assigned,
        QrPlateState.HandedOut => TerminalState.Installed,
        QrPlateState.Lost => TerminalState.Lost,
        QrPlateState.Withdrawn => TerminalState.Scrapped,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static TerminalAct ActOf(QrPlateAct act) => act switch
    {
        QrPlateAct.Bind => TerminalAct.Assign,
        QrPlateAct.HandOut => TerminalAct.Install,
        QrPlateAct.Replace => TerminalAct.Swap,
        QrPlateAct.ReportLost => TerminalAct.ReportLost,
        QrPlateAct.Withdraw => TerminalAct.Scrap,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    /// <summary>In the order of <see cref="QrPlateAct"/>; none for a withdrawn plate.</summary>
    public static IReadOnlyList<QrPlateAct> LegalFrom(QrPlateState state) => [.. Enum.GetValues<QrPlateAct>().Where(a => s_from[a].Contains(state))];

    /// <summary>Refuses a missing reason, then an illegal step with the legal ones.</summary>
    public static Result<TerminalStanding> Take(TerminalStanding standing, TerminalAct terminalAct, TerminalReason? reason = null)
    {
        var act = Enum.GetValues<QrPlateAct>().Single(a => ActOf(a) == terminalAct);
        if (act is QrPlateAct.Replace or QrPlateAct.Withdraw && reason is null)
        {
            return PlateRefusals.NoReason(act);
        }

        var state = StateOf(standing.State);
        return s_from[act].Contains(state)
            ? new TerminalStanding(StateOf(act switch
            {
                QrPlateAct.Bind => QrPlateState.Bound,
                QrPlateAct.HandOut => QrPlateState.HandedOut,
                QrPlateAct.ReportLost => QrPlateState.Lost,
                QrPlateAct.Replace when reason == TerminalReason.LostOrStolen => QrPlateState.Lost,
                _ => QrPlateState.Withdrawn,
            }))
            : PlateRefusals.IllegalStep(act, state);
    }
}
