using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;

namespace Acquiring.Core.Tests.Terminals;

/// <summary>Every state with every act, against a table written down a second time.</summary>
public sealed class TakeATerminalStep
{
    // Rows are states, columns acts; a letter is the state it leads to, a dot is a refusal. S stock, A assigned, I installed, V active (in
    // service), W watch, P suspended, O removal ordered, R recovered, X scrapped, L lost, U unrecoverable.
    //                 assign install activate move swap mark unmark watch verify suspend resume order cancel recover stock scrap lost unrec found
    private const string Table = """
        InStock        A . . . . . . . . . . . . . . X L . .
        Assigned       . I . A . A A . . . . . . . S . L . .
        Installed      . . V I R I I W . P . O . R . . L . .
        Active         . . . V R V V W . P . O . R . . L . .
        Watch          . . . W R W W . V P . O . R . . L . .
        Suspended      . . . . . P P . . . V O . R . . L U .
        RemovalOrdered . . . . . . . . . . . . V R . . L U .
        Recovered      . . . . . . . . . . . . . . S X L . .
        Scrapped       . . . . . . . . . . . . . . . . . . .
        Lost           . . . . . . . . . . . . . . . X . U R
        Unrecoverable  . . . . . . . . . . . . . . . X . . R
        """;

    private const string Letters = "?SAIVWPORXLU";

    public static TheoryData<TerminalState, TerminalAct, char> Cells()
    {
        var cells = new TheoryData<TerminalState, TerminalAct, char>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var act in Enum.GetValues<TerminalAct>())
            {
                cells.Add(Enum.Parse<TerminalState>(words[0]), act, words[(int)act][0]);
            }
        }

        return cells;
    }

    [Fact]
    public void The_table_has_every_state_and_act() => Cells().Count.ShouldBe(11 * 19);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_cell_leads_where_the_table_says(TerminalState state, TerminalAct act, char expected)
    {
        // A spare is unmarked, all else is done with a machine that is none.
        var standing = new TerminalStanding(state, Spare: act == TerminalAct.UnmarkSpare);
        var result = standing.Take(act, act == TerminalAct.ReportLost ? TerminalReason.LostOrStolen : TerminalReason.Broken);
        if (expected == '.')
        {
            var refusal = result.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.Conflict);
            refusal["act"].ShouldBe(TerminalRefusals.Word(act));
            refusal["legal"].ShouldBe(string.Join(", ", standing.LegalActs.Select(TerminalRefusals.Word)));
            standing.LegalActs.ShouldNotContain(act);
            return;
        }

        standing.LegalActs.ShouldContain(act);
        Letters[(int)result.Value.State].ShouldBe(expected);
        result.Value.Spare.ShouldBe(act == TerminalAct.MarkSpare);
    }

    [Fact]
    public void An_illegal_step_names_the_legal_ones()
    {
        var refusal = new TerminalStanding(TerminalState.Recovered).Take(TerminalAct.Assign).Refusal!;
        refusal.Code.ShouldBe("terminal.illegal-step");
        refusal["state"].ShouldBe("recovered");
        refusal["legal"].ShouldBe("returnToStock, scrap, reportLost");
        new TerminalStanding(TerminalState.Scrapped).Take(TerminalAct.Assign).Refusal!.Code.ShouldBe("terminal.scrapped");
    }

    [Theory]
    [InlineData(TerminalAct.Swap)]
    [InlineData(TerminalAct.OrderRemoval)]
    [InlineData(TerminalAct.Recover)]
    [InlineData(TerminalAct.ReturnToStock)]
    [InlineData(TerminalAct.Scrap)]
    [InlineData(TerminalAct.ReportLost)]
    [InlineData(TerminalAct.ReportUnrecoverable)]
    public void What_takes_a_machine_away_says_why_by_a_code(TerminalAct act)
    {
        var refusal = new TerminalStanding(TerminalState.Active).Take(act).Refusal!;
        refusal.Code.ShouldBe("terminal.no-reason");
        refusal["reasons"].ShouldStartWith("returned, broken, lostOrStolen, suspectedTampering, endOfLife");
    }

    [Fact]
    public void A_flag_is_set_and_taken_once()
    {
        var spare = new TerminalStanding(TerminalState.Active).Take(TerminalAct.MarkSpare).Value;
        spare.Take(TerminalAct.MarkSpare).Refusal!.Code.ShouldBe("terminal.illegal-step");
        spare.Take(TerminalAct.UnmarkSpare).Value.ShouldBe(new(TerminalState.Active));
        spare.Take(TerminalAct.Recover, TerminalReason.Returned).Value.Spare.ShouldBeFalse();
    }

    [Fact]
    public void A_stolen_machine_that_is_swapped_is_lost() =>
        new TerminalStanding(TerminalState.Active).Take(TerminalAct.Swap, TerminalReason.LostOrStolen).Value.State.ShouldBe(TerminalState.Lost);

    [Fact]
    public void A_loss_is_no_other_reason() =>
        new TerminalStanding(TerminalState.Active).Take(TerminalAct.ReportLost, TerminalReason.Broken).Refusal!.Code.ShouldBe("terminal.not-a-loss");

    [Theory]
    [InlineData(TerminalState.Installed)]
    [InlineData(TerminalState.Active)]
    [InlineData(TerminalState.Watch)]
    public void A_resumed_machine_is_what_it_was_before(TerminalState before) =>
        new TerminalStanding(before).Take(TerminalAct.Suspend).Value.Take(TerminalAct.Resume).Value.State.ShouldBe(before);

    [Theory]
    [InlineData(TerminalState.Installed)]
    [InlineData(TerminalState.Watch)]
    [InlineData(TerminalState.Suspended)]
    public void A_cancelled_removal_leads_back(TerminalState before) =>
        new TerminalStanding(before).Take(TerminalAct.OrderRemoval, TerminalReason.Idle).Value.Take(TerminalAct.CancelRemoval).Value.State.ShouldBe(before);
}
