using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Onboarding;

/// <summary>The legal steps of an application.</summary>
public static class ApplicationStanding
{
    // The one table of legal steps. Submitting what was verified or signed is how a change voids both.
    private static readonly Dictionary<ApplicationAct, (ApplicationState[] From, ApplicationState To)> s_steps = new()
    {
        [ApplicationAct.Save] = ([ApplicationState.Draft, ApplicationState.NeedsFix], default),
        [ApplicationAct.Submit] = (
            [ApplicationState.Draft, ApplicationState.Submitted, ApplicationState.NeedsFix, ApplicationState.Verified, ApplicationState.Signed],
            ApplicationState.Submitted),
        [ApplicationAct.AskForFixes] = (
            [ApplicationState.Submitted, ApplicationState.Verified, ApplicationState.Signed], ApplicationState.NeedsFix),
        [ApplicationAct.Verify] = ([ApplicationState.Submitted], ApplicationState.Verified),
        [ApplicationAct.Sign] = ([ApplicationState.Verified], ApplicationState.Signed),
        [ApplicationAct.Activate] = ([ApplicationState.Signed], ApplicationState.Active),
        [ApplicationAct.Reject] = (
            [ApplicationState.Submitted, ApplicationState.NeedsFix, ApplicationState.Verified, ApplicationState.Signed], ApplicationState.Rejected),
        [ApplicationAct.Withdraw] = (
            [ApplicationState.Draft, ApplicationState.Submitted, ApplicationState.NeedsFix, ApplicationState.Verified, ApplicationState.Signed],
            ApplicationState.Withdrawn),
    };

    /// <summary>In the order of <see cref="ApplicationAct"/>; none for an application that has ended.</summary>
    public static IReadOnlyList<ApplicationAct> LegalFrom(ApplicationState state) =>
        [.. Enum.GetValues<ApplicationAct>().Where(a => s_steps[a].From.Contains(state))];

    /// <summary>The state after an act; an illegal one is refused with the legal ones.</summary>
    public static Result<ApplicationState> Take(ApplicationState state, ApplicationAct act)
    {
        var (from, to) = s_steps[act];
        return !from.Contains(state) ? OnboardingRefusals.IllegalStep(act, state)
            : act == ApplicationAct.Save ? state
            : to;
    }

    /// <summary>Whether what was verified is what stands there now.</summary>
    public static bool KeepsVerification(ApplicationState state) =>
        state is ApplicationState.Verified or ApplicationState.Signed or ApplicationState.Active;

    /// <summary>Whether papers may be added or taken away; where not, submitting again opens it.</summary>
    public static bool TakesDocuments(ApplicationState state) =>
        state is ApplicationState.Draft or ApplicationState.Submitted or ApplicationState.NeedsFix;

    public static string Word<T>(T value)
        where T : struct, Enum => MerchantRefusals.Word(value);
}
