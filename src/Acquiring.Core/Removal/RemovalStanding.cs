using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Removal;

/// <summary>How far the removal of a machine is. The stored and shown word is the name in camel case.</summary>
public enum RemovalState
{
    /// <summary>Beyond the budget of its branch; it has a rank.</summary>
    Waiting = 1,

    /// <summary>It is its merchant's last machine: nobody proposes it, somebody may order it.</summary>
    Kept,

    /// <summary>Somebody is to decide.</summary>
    Proposed,

    /// <summary>Somebody is to fetch it.</summary>
    Ordered,

    /// <summary>Fetched, with a proof.</summary>
    Recovered,

    /// <summary>Confirmed impossible to fetch, with a proof; the clearing house is told.</summary>
    Unrecoverable,
    Rejected,

    /// <summary>By itself: it sold, or what it was about is over.</summary>
    Withdrawn,
}

public enum RemovalAct
{
    Accept = 1,
    Reject,

    /// <summary>The machine was fetched.</summary>
    Recover,
    ReportUnrecoverable,

    /// <summary>By the night: within the budget now.</summary>
    Propose,

    /// <summary>By the night: beyond the budget.</summary>
    Wait,

    /// <summary>By the night: the merchant's last machine.</summary>
    Keep,

    /// <summary>By the night.</summary>
    Withdraw,
}

/// <summary>Why a removal was withdrawn by itself.</summary>
public enum RemovalWithdrawal
{
    /// <summary>A transaction of the machine after it was proposed.</summary>
    SoldAgain = 1,

    /// <summary>Its task is over: the silence ended, the volume is not low, somebody cancelled it.</summary>
    TaskOver,

    /// <summary>Somebody took the order back by an act on the machine, or it went another way.</summary>
    OrderTakenBack,
}

public static class RemovalStanding
{
    // The one table of legal steps.
    private static readonly Dictionary<RemovalAct, (RemovalState[] From, RemovalState To)> s_steps = new()
    {
        [RemovalAct.Accept] = ([RemovalState.Proposed, RemovalState.Kept], RemovalState.Ordered),
        [RemovalAct.Reject] = ([RemovalState.Waiting, RemovalState.Kept, RemovalState.Proposed], RemovalState.Rejected),
        [RemovalAct.Recover] = ([RemovalState.Ordered], RemovalState.Recovered),
        [RemovalAct.ReportUnrecoverable] = ([RemovalState.Ordered], RemovalState.Unrecoverable),
        [RemovalAct.Propose] = ([RemovalState.Waiting, RemovalState.Kept], RemovalState.Proposed),
        [RemovalAct.Wait] = ([RemovalState.Kept], RemovalState.Waiting),
        [RemovalAct.Keep] = ([RemovalState.Waiting], RemovalState.Kept),
        [RemovalAct.Withdraw] = ([RemovalState.Waiting, RemovalState.Kept, RemovalState.Proposed, RemovalState.Ordered], RemovalState.Withdrawn),
    };

    public static bool IsLive(RemovalState state) => state is RemovalState.Waiting or RemovalState.Kept or RemovalState.Proposed or RemovalState.Ordered;

    /// <summary>Refuses <c>removal.illegal-step</c>, with the acts of people that are legal.</summary>
    public static Result<RemovalState> Take(RemovalState state, RemovalAct act) =>
        s_steps[act].From.Contains(state) ? s_steps[act].To : RemovalRefusals.IllegalStep(state, act, LegalActs(state));

    /// <summary>What people can do with it.</summary>
    public static IReadOnlyList<RemovalAct> LegalActs(RemovalState state) =>
        [.. new[] { RemovalAct.Accept, RemovalAct.Reject, RemovalAct.Recover, RemovalAct.ReportUnrecoverable }.Where(a => s_steps[a].From.Contains(state))];
}

/// <summary>Why an act on a removal is not done.</summary>
public static class RemovalRefusals
{
    public static Refusal IllegalStep(RemovalState state, RemovalAct act, IReadOnlyList<RemovalAct> legal) => Refusal.Of(
        RefusalKind.Conflict, "removal.illegal-step", new Detail("state", MerchantRefusals.Word(state)), new Detail("act", MerchantRefusals.Word(act)),
        new Detail("legal", legal.Count == 0 ? "-" : string.Join(", ", legal.Select(MerchantRefusals.Word))));

    public static Refusal Unknown(long id) => Refusal.Of(RefusalKind.NotFound, "removal.unknown", new Detail("removalId", $"{id}"));

    public static Refusal LastMachine(string terminalNo) => Refusal.Of(RefusalKind.Rule, "removal.last-machine", new Detail("terminalNo", terminalNo));

    public static Refusal SoldAgain(string terminalNo, DateOnly on) =>
        Refusal.Of(RefusalKind.Conflict, "removal.sold-again", new Detail("terminalNo", terminalNo), new Detail("on", $"{on:yyyy-MM-dd}"));
}
