using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Tests.Merchants;

/// <summary>Every state with every act, against a table written down a second time.</summary>
public sealed class TakeAStep
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);

    // Rows are states, columns acts; a letter is the state it leads to, a dot is a refusal.
    //                        submit fixes verify sign activate restrict suspend lift close
    private const string Table = """
        Draft                 S .  .  .  .  .  .  .  X
        Submitted             .  N  V  .  .  .  .  .  X
        NeedsFix              S  .  .  .  .  .  .  .  X
        Verified              .  N  .  G  .  .  .  .  X
        Signed                .  .  .  .  A  .  .  .  X
        Active                .  .  .  .  .  R  P  .  X
        Restricted            .  .  .  .  .  R  P  A  X
        Suspended             .  .  .  .  .  P  P  A  X
        Closed                .  .  .  .  .  .  .  .  .
        """;

    public static TheoryData<MerchantState, MerchantAct, char> Cells()
    {
        var cells = new TheoryData<MerchantState, MerchantAct, char>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var act in Enum.GetValues<MerchantAct>())
            {
                cells.Add(Enum.Parse<MerchantState>(words[0]), act, words[(int)act][0]);
            }
        }

        return cells;
    }

    [Fact]
    public void The_table_has_every_state_and_act() => Cells().Count.ShouldBe(9 * 9);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_cell_leads_where_the_table_says(MerchantState state, MerchantAct act, char expected)
    {
        var result = Take(Standing(state), act);
        if (expected == '.')
        {
            var refusal = result.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.Conflict);
            refusal["act"].ShouldBe(MerchantRefusals.Word(act));
            refusal["legal"].ShouldBe(string.Join(", ", MerchantStanding.LegalFrom(state).Select(MerchantRefusals.Word)));
            MerchantStanding.LegalFrom(state).ShouldNotContain(act);
            return;
        }

        MerchantStanding.LegalFrom(state).ShouldContain(act);
        result.Value.State.ShouldBe(expected switch
        {
            'S' => MerchantState.Submitted,
            'N' => MerchantState.NeedsFix,
            'V' => MerchantState.Verified,
            'G' => MerchantState.Signed,
            'A' => MerchantState.Active,
            'R' => MerchantState.Restricted,
            'P' => MerchantState.Suspended,
            _ => MerchantState.Closed,
        });
    }

    [Fact]
    public void An_illegal_step_names_the_legal_ones()
    {
        var refusal = Standing(MerchantState.Submitted).Take(MerchantAct.Sign).Refusal!;
        refusal.Code.ShouldBe("merchant.illegal-step");
        refusal["state"].ShouldBe("submitted");
        refusal["legal"].ShouldBe("askForFixes, verify, close");
    }

    [Fact]
    public void Of_two_holds_the_graver_shows_and_each_is_lifted_by_itself()
    {
        var both = Standing(MerchantState.Active).Put(Restriction(2)).Value.Put(Suspension(3)).Value;
        both.State.ShouldBe(MerchantState.Suspended);
        both.Lift(3).Value.State.ShouldBe(MerchantState.Restricted);
        both.Lift(2).Value.State.ShouldBe(MerchantState.Suspended);
        both.Lift(2).Value.Lift(3).Value.State.ShouldBe(MerchantState.Active);
    }

    [Fact]
    public void A_hold_that_is_not_open_cannot_be_lifted_and_the_open_ones_are_named()
    {
        var refusal = Standing(MerchantState.Active).Put(Restriction(2)).Value.Put(Suspension(3)).Value.Lift(4).Refusal!;
        refusal.Code.ShouldBe("merchant.no-such-hold");
        refusal["open"].ShouldBe("2, 3");
    }

    [Fact]
    public void Twenty_holds_are_open_at_most()
    {
        var standing = Standing(MerchantState.Active);
        for (var no = 2; no < 22; no++)
        {
            standing = standing.Put(Restriction(no)).Value;
        }

        standing.Put(Restriction(22)).Refusal!.Code.ShouldBe("merchant.too-many-holds");
        standing.Lift(2).Value.Put(Restriction(22)).IsRefused.ShouldBeFalse();
    }

    private static Result<MerchantStanding> Take(MerchantStanding standing, MerchantAct act) => act switch
    {
        MerchantAct.Restrict => standing.Put(Restriction(9)),
        MerchantAct.Suspend => standing.Put(Suspension(9)),
        MerchantAct.Lift => standing.Lift(standing.Holds.Count > 0 ? standing.Holds[0].HoldNo : 9),
        _ => standing.Take(act),
    };

    private static MerchantStanding Standing(MerchantState state) => new(state, state switch
    {
        MerchantState.Restricted => [Restriction(2)],
        MerchantState.Suspended => [Suspension(2)],
        _ => [],
    });

    private static MerchantHold Restriction(int no) => new(no, [RestrictionScope.Qr], "why", "cure", "somebody", Noon);

    private static MerchantHold Suspension(int no) => new(no, [], "why", "cure", "somebody", Noon);
}
