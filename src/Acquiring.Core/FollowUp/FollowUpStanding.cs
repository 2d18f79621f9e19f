using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.FollowUp;

/// <summary>The one table of what can be done with a task.</summary>
public static class FollowUpStanding
{
    /// <summary>A fetched machine or a taken decision ends these; nobody says that they are done.</summary>
    private static readonly FollowUpKind[] s_endByThemselves = [FollowUpKind.Recover, FollowUpKind.ProposeRemoval];

    public static bool IsLegal(FollowUpState state, FollowUpKind kind, FollowUpAct act) => act switch
    {
        FollowUpAct.Reassign or FollowUpAct.Cancel or FollowUpAct.End => state == FollowUpState.Open,
        FollowUpAct.Complete => state == FollowUpState.Open && !s_endByThemselves.Contains(kind),
        FollowUpAct.Expire => state == FollowUpState.Open && kind == FollowUpKind.Reverify,
        FollowUpAct.Reopen => state == FollowUpState.Ended,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    /// <summary>
    /// Refuses, in this order: a task that is over, one that is not done by hand, a result that is not of its kind. A re-verification is
    /// <c>passed</c> or <c>failed</c>, every other task is <c>done</c>.
    /// </summary>
    public static Result<FollowUpState> Take(FollowUpState state, FollowUpKind kind, FollowUpAct act, FollowUpResult? result = null)
    {
        if (!IsLegal(state, kind, act))
        {
            return act == FollowUpAct.Complete && state == FollowUpState.Open
                ? FollowUpRefusals.EndsByItself(kind)
                : FollowUpRefusals.IsOver(state, act);
        }

        if (act == FollowUpAct.Complete)
        {
            FollowUpResult[] legal = kind == FollowUpKind.Reverify ? [FollowUpResult.Passed, FollowUpResult.Failed] : [FollowUpResult.Done];
            if (result is not { } given || !legal.Contains(given))
            {
                return FollowUpRefusals.BadResult(kind, legal);
            }
        }

        return act switch
        {
            FollowUpAct.Reassign or FollowUpAct.Reopen => FollowUpState.Open,
            FollowUpAct.Complete or FollowUpAct.Expire => FollowUpState.Done,
            FollowUpAct.Cancel => FollowUpState.Cancelled,
            _ => FollowUpState.Ended,
        };
    }
}

/// <summary>Why an act on a task is not done.</summary>
public static class FollowUpRefusals
{
    public static Refusal IsOver(FollowUpState state, FollowUpAct act) => Refusal.Of(
        RefusalKind.Conflict, "follow-up.is-over", new Detail("state", MerchantRefusals.Word(state)), new Detail("act", MerchantRefusals.Word(act)));

    public static Refusal EndsByItself(FollowUpKind kind) =>
        Refusal.Of(RefusalKind.Rule, "follow-up.ends-by-itself", new Detail("kind", MerchantRefusals.Word(kind)));

    public static Refusal BadResult(FollowUpKind kind, IEnumerable<FollowUpResult> legal) => Refusal.Of(
        RefusalKind.Invalid, "follow-up.result", new Detail("kind", MerchantRefusals.Word(kind)),
        new Detail("results", string.Join(", ", legal.Select(MerchantRefusals.Word))));

    public static Refusal Unknown(long id) => Refusal.Of(RefusalKind.NotFound, "follow-up.unknown", new Detail("followUpId", $"{id}"));

    public static Refusal Text(string field, int max) =>
        Refusal.Of(RefusalKind.Invalid, "follow-up.text", new Detail("field", field), new Detail("max", $"{max}"));

    public static Refusal CardInText(string field) => Refusal.Of(RefusalKind.Invalid, "follow-up.card-in-text", new Detail("field", field));

    public static Refusal UnknownOwner(string code) => Refusal.Of(RefusalKind.Rule, "follow-up.unknown-owner", new Detail("owner", code));
}
