using Acquiring.Core.Refusals;

namespace Acquiring.Core.Terminals;

/// <summary>A machine's state with its flag, and what it was before it was suspended or its removal was ordered.</summary>
public sealed record TerminalStanding(TerminalState State, bool Spare = false)
{
    // The one table of legal steps. A flag that is set already is not set again, see LegalActs.
    private static readonly Dictionary<TerminalAct, TerminalState[]> s_from = new()
    {
        [TerminalAct.Assign] = [TerminalState.InStock],
        [TerminalAct.Install] = [TerminalState.Assigned],
        [TerminalAct.Activate] = [TerminalState.Installed],
        [TerminalAct.Move] = [TerminalState.Assigned, TerminalState.Installed, TerminalState.Active, TerminalState.Watch],
        [TerminalAct.Swap] = [TerminalState.Installed, TerminalState.Active, TerminalState.Watch],
        [TerminalAct.MarkSpare] =
            [TerminalState.Assigned, TerminalState.Installed, TerminalState.Active, TerminalState.Watch, TerminalState.Suspended],
        [TerminalAct.UnmarkSpare] =
            [TerminalState.Assigned, TerminalState.Installed, TerminalState.Active, TerminalState.Watch, TerminalState.Suspended],
        [TerminalAct.Watch] = [TerminalState.Installed, TerminalState.Active],
        [TerminalAct.Verify] = [TerminalState.Watch],
        [TerminalAct.Suspend] = [TerminalState.Installed, TerminalState.Active, TerminalState.Watch],
        [TerminalAct.Resume] = [TerminalState.Suspended],
        [TerminalAct.OrderRemoval] = [TerminalState.Installed, TerminalState.Active, TerminalState.Watch, TerminalState.Suspended],
        [TerminalAct.CancelRemoval] = [TerminalState.RemovalOrdered],
        [TerminalAct.Recover] =
            [TerminalState.Installed, TerminalState.Active, TerminalState.Watch, TerminalState.Suspended, TerminalState.RemovalOrdered],
        [TerminalAct.ReturnToStock] = [TerminalState.Assigned, TerminalState.Recovered],
        [TerminalAct.Scrap] = [TerminalState.InStock, TerminalState.Recovered, TerminalState.Lost, TerminalState.Unrecoverable],
        [TerminalAct.ReportLost] =
        [
            TerminalState.InStock, TerminalState.Assigned, TerminalState.Installed, TerminalState.Active, TerminalState.Watch,
            TerminalState.Suspended, TerminalState.RemovalOrdered, TerminalState.Recovered,
        ],
        [TerminalAct.ReportUnrecoverable] = [TerminalState.Suspended, TerminalState.RemovalOrdered, TerminalState.Lost],
        [TerminalAct.ReportFound] = [TerminalState.Lost, TerminalState.Unrecoverable],
    };

    private static readonly TerminalAct[] s_needReason =
    [
        TerminalAct.Swap, TerminalAct.OrderRemoval, TerminalAct.Recover, TerminalAct.ReturnToStock, TerminalAct.Scrap, TerminalAct.ReportLost,
        TerminalAct.ReportUnrecoverable,
    ];

    /// <summary>Of a machine whose removal is ordered: where a cancelled order leads back to.</summary>
    public TerminalState BeforeRemoval { get; init; } = TerminalState.Active;

    /// <summary>
    /// Of a suspended machine: where resuming it leads back to. A watch goes on, since nothing was sold meanwhile: the three months that began
    /// it are not over, and only a verification ends it.
    /// </summary>
    public TerminalState BeforeSuspension { get; init; } = TerminalState.Active;

    /// <summary>In the order of <see cref="TerminalAct"/>; none for a scrapped machine.</summary>
    public IReadOnlyList<TerminalAct> LegalActs => [.. Enum.GetValues<TerminalAct>().Where(IsLegal)];

    /// <summary>Whether the act takes a machine away or replaces it, and so says by a code why.</summary>
    public static bool NeedsReason(TerminalAct act) => s_needReason.Contains(act);

    /// <summary>Refuses a missing reason, a loss with another reason than loss, and an illegal step with the legal ones, in this order.</summary>
    public Result<TerminalStanding> Take(TerminalAct act, TerminalReason? reason = null)
    {
        if (NeedsReason(act) && reason is null)
        {
            return TerminalRefusals.NoReason(act);
        }

        if (act == TerminalAct.ReportLost && reason != TerminalReason.LostOrStolen)
        {
            return TerminalRefusals.NotALoss(reason!.Value);
        }

        return IsLegal(act) ? After(act, reason) : TerminalRefusals.IllegalStep(act, this);
    }

    private bool IsLegal(TerminalAct act) => s_from[act].Contains(State) && act switch
    {
        TerminalAct.MarkSpare => !Spare,
        TerminalAct.UnmarkSpare => Spare,
        _ => true,
    };

    private TerminalStanding After(TerminalAct act, TerminalReason? reason) => act switch
    {
        TerminalAct.Assign => new(TerminalState.Assigned),
        TerminalAct.Install => this with { State = TerminalState.Installed },
        TerminalAct.Activate or TerminalAct.Verify => this with { State = TerminalState.Active },
        TerminalAct.Move => this,
        TerminalAct.Swap => new(reason == TerminalReason.LostOrStolen ? TerminalState.Lost : TerminalState.Recovered),
        TerminalAct.MarkSpare => this with { Spare = true },
        TerminalAct.UnmarkSpare => this with { Spare = false },
        TerminalAct.Watch => this with { State = TerminalState.Watch },
        TerminalAct.Suspend => this with { State = TerminalState.Suspended, BeforeSuspension = State },
        TerminalAct.Resume => this with { State = BeforeSuspension },
        TerminalAct.OrderRemoval => this with { State = TerminalState.RemovalOrdered, BeforeRemoval = State },
        TerminalAct.CancelRemoval => this with { State = BeforeRemoval },
        // A spare is a merchant's spare: whatever leaves the merchant is none any more.
        TerminalAct.Recover or TerminalAct.ReportFound => new(TerminalState.Recovered),
        TerminalAct.ReturnToStock => new(TerminalState.InStock),
        TerminalAct.Scrap => new(TerminalState.Scrapped),
        TerminalAct.ReportLost => new(TerminalState.Lost),
        TerminalAct.ReportUnrecoverable => new(TerminalState.Unrecoverable),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };
}

/// <summary>What states mean for others.</summary>
public static class TerminalStates
{
    /// <summary>Whether a machine in this state belongs to a merchant; its binding lives exactly as long.</summary>
    public static bool IsHeld(this TerminalState state) => state is TerminalState.Assigned or TerminalState.Installed or TerminalState.Active
        or TerminalState.Watch or TerminalState.Suspended or TerminalState.RemovalOrdered;
}
