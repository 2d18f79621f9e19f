using Acquiring.Core.FollowUp;

namespace Acquiring.Core.Tests.FollowUp;

public sealed class TakeAnActOnATask
{
    /// <summary>Every state, kind and act: the state after it, or the code of the refusal. Of a completion with the results that are legal for the kind.</summary>
    public static TheoryData<FollowUpState, FollowUpAct, string, string> Cells()
    {
        var cells = new TheoryData<FollowUpState, FollowUpAct, string, string>();
        foreach (var (state, act, reverify, recover, remind) in ((FollowUpState, FollowUpAct, string, string, string)[])
        [
            (FollowUpState.Open, FollowUpAct.Reassign, "Open", "Open", "Open"),
            (FollowUpState.Open, FollowUpAct.Complete, "Done", "follow-up.ends-by-itself", "Done"),
            (FollowUpState.Open, FollowUpAct.Cancel, "Cancelled", "Cancelled", "Cancelled"),
            (FollowUpState.Open, FollowUpAct.End, "Ended", "Ended", "Ended"),
            (FollowUpState.Open, FollowUpAct.Expire, "Done", "follow-up.is-over", "follow-up.is-over"),
            (FollowUpState.Open, FollowUpAct.Reopen, "follow-up.is-over", "follow-up.is-over", "follow-up.is-over"),
            (FollowUpState.Ended, FollowUpAct.Reopen, "Open", "Open", "Open"),
        ])
        {
            cells.Add(state, act, "Reverify", reverify);
            cells.Add(state, act, "Recover", recover);
            cells.Add(state, act, "ProposeRemoval", recover);
            foreach (var kind in (string[])["Remind", "Train", "Reprice"])
            {
                cells.Add(state, act, kind, remind);
            }
        }

        foreach (var state in (FollowUpState[])[FollowUpState.Done, FollowUpState.Cancelled, FollowUpState.Ended])
        {
            foreach (var act in Enum.GetValues<FollowUpAct>().Where(a => state != FollowUpState.Ended || a != FollowUpAct.Reopen))
            {
                foreach (var kind in Enum.GetNames<FollowUpKind>())
                {
                    cells.Add(state, act, kind, "follow-up.is-over");
                }
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_cell_of_the_table(FollowUpState state, FollowUpAct act, string kind, string expected)
    {
        var of = Enum.Parse<FollowUpKind>(kind);
        var result = FollowUpStanding.Take(state, of, act, of == FollowUpKind.Reverify ? FollowUpResult.Passed : FollowUpResult.Done);
        (result.Refusal?.Code ?? $"{result.Value}").ShouldBe(expected);
    }

    [Theory]
    [InlineData(FollowUpKind.Reverify, FollowUpResult.Passed, true)]
    [InlineData(FollowUpKind.Reverify, FollowUpResult.Failed, true)]
    [InlineData(FollowUpKind.Reverify, FollowUpResult.Done, false)]
    [InlineData(FollowUpKind.Reverify, FollowUpResult.Overdue, false)]
    [InlineData(FollowUpKind.Reverify, null, false)]
    [InlineData(FollowUpKind.Remind, FollowUpResult.Done, true)]
    [InlineData(FollowUpKind.Remind, FollowUpResult.Passed, false)]
    [InlineData(FollowUpKind.Train, FollowUpResult.Failed, false)]
    public void A_result_must_be_of_its_kind(FollowUpKind kind, FollowUpResult? result, bool legal) =>
        (FollowUpStanding.Take(FollowUpState.Open, kind, FollowUpAct.Complete, result).Refusal?.Code ?? "").ShouldBe(legal ? "" : "follow-up.result");
}
