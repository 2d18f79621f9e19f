using Acquiring.Core.Refusals;

namespace Acquiring.Core.Merchants;

/// <summary>
/// A merchant's state with its open holds. Several may be on at a time, each set and lifted by itself: the state is suspended as long as
/// any of them is a suspension, and restricted as long as any is left.
/// </summary>
public sealed record MerchantStanding(MerchantState State, IReadOnlyList<MerchantHold> Holds)
{
    /// <summary>Open at a time; more would be one act repeated by a machine.</summary>
    public const int HoldsMax = 20;

    // The one table of legal steps. What a lift leads to depends on the holds that are left.
    private static readonly Dictionary<MerchantAct, MerchantState[]> s_from = new()
    {
        [MerchantAct.Submit] = [MerchantState.Draft, MerchantState.NeedsFix],
        [MerchantAct.AskForFixes] = [MerchantState.Submitted, MerchantState.Verified],
        [MerchantAct.Verify] = [MerchantState.Submitted],
        [MerchantAct.Sign] = [MerchantState.Verified],
        [MerchantAct.Activate] = [MerchantState.Signed],
        [MerchantAct.Restrict] = [MerchantState.Active, MerchantState.Restricted, MerchantState.Suspended],
        [MerchantAct.Suspend] = [MerchantState.Active, MerchantState.Restricted, MerchantState.Suspended],
        [MerchantAct.Lift] = [MerchantState.Restricted, MerchantState.Suspended],
        [MerchantAct.Close] =
        [
            MerchantState.Draft, MerchantState.Submitted, MerchantState.NeedsFix, MerchantState.Verified, MerchantState.Signed,
            MerchantState.Active, MerchantState.Restricted, MerchantState.Suspended,
        ],
    };

    public static MerchantStanding Draft { get; } = new(MerchantState.Draft, []);

    /// <summary>In the order of <see cref="MerchantAct"/>; none for a closed merchant.</summary>
    public static IReadOnlyList<MerchantAct> LegalFrom(MerchantState state) =>
        [.. Enum.GetValues<MerchantAct>().Where(a => s_from[a].Contains(state))];

    /// <summary>Submit, ask for fixes, verify, sign, activate or close. An illegal step is refused with the legal ones.</summary>
    public Result<MerchantStanding> Take(MerchantAct act) => act switch
    {
        MerchantAct.Restrict or MerchantAct.Suspend or MerchantAct.Lift => throw new ArgumentOutOfRangeException(nameof(act), act, "needs a hold"),
        _ when !IsLegal(act) => Illegal(act),
        // Holds stay open in the books of a closed merchant: they say in what standing it was closed.
        _ => this with { State = After(act) },
    };

    /// <summary>Restricts or suspends, as the hold says.</summary>
    public Result<MerchantStanding> Put(MerchantHold hold)
    {
        var act = hold.IsSuspension ? MerchantAct.Suspend : MerchantAct.Restrict;
        if (!IsLegal(act))
        {
            return Illegal(act);
        }

        return Holds.Count >= HoldsMax ? MerchantRefusals.TooManyHolds(HoldsMax) : With([.. Holds, hold]);
    }

    public Result<MerchantStanding> Lift(int holdNo)
    {
        if (!IsLegal(MerchantAct.Lift))
        {
            return Illegal(MerchantAct.Lift);
        }

        return Holds.Any(h => h.HoldNo == holdNo)
            ? With([.. Holds.Where(h => h.HoldNo != holdNo)])
            : MerchantRefusals.NoSuchHold(holdNo, Holds.Select(h => h.HoldNo));
    }

    private static MerchantState After(MerchantAct act) => act switch
    {
        MerchantAct.Submit => MerchantState.Submitted,
        MerchantAct.AskForFixes => MerchantState.NeedsFix,
        MerchantAct.Verify => MerchantState.Verified,
        MerchantAct.Sign => MerchantState.Signed,
        MerchantAct.Activate => MerchantState.Active,
        MerchantAct.Close => MerchantState.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    private bool IsLegal(MerchantAct act) => s_from[act].Contains(State);

    private Refusal Illegal(MerchantAct act) => MerchantRefusals.IllegalStep(act, State);

    private static MerchantStanding With(IReadOnlyList<MerchantHold> holds) => new(
        holds.Any(h => h.IsSuspension) ? MerchantState.Suspended : holds.Count > 0 ? MerchantState.Restricted : MerchantState.Active, holds);
}
