using Acquiring.Core.Merchants;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Tests.Onboarding;

/// <summary>Every state with every act, against a table written down a second time.</summary>
public sealed class TakeAnApplicationStep
{
    // Rows are states, columns acts; a letter is the state it leads to, a dot is a refusal.
    //              save submit fixes verify sign activate reject withdraw
    private const string Table = """
        Draft       D S . . . . . W
        Submitted   . S N V . . R W
        NeedsFix    N S . . . . R W
        Verified    . S N . G . R W
        Signed      . S N . . A R W
        Active      . . . . . . . .
        Rejected    . . . . . . . .
        Withdrawn   . . . . . . . .
        """;

    public static TheoryData<ApplicationState, ApplicationAct, char> Cells()
    {
        var cells = new TheoryData<ApplicationState, ApplicationAct, char>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var act in Enum.GetValues<ApplicationAct>())
            {
                cells.Add(Enum.Parse<ApplicationState>(words[0]), act, words[(int)act][0]);
            }
        }

        return cells;
    }

    [Fact]
    public void The_table_has_every_state_and_act() => Cells().Count.ShouldBe(8 * 8);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_cell_leads_where_the_table_says(ApplicationState state, ApplicationAct act, char expected)
    {
        var result = ApplicationStanding.Take(state, act);
        if (expected == '.')
        {
            var refusal = result.Refusal.ShouldNotBeNull();
            refusal.Kind.ShouldBe(RefusalKind.Conflict);
            refusal["act"].ShouldBe(ApplicationStanding.Word(act));
            refusal["legal"].ShouldBe(string.Join(", ", ApplicationStanding.LegalFrom(state).Select(ApplicationStanding.Word)));
            ApplicationStanding.LegalFrom(state).ShouldNotContain(act);
            return;
        }

        ApplicationStanding.LegalFrom(state).ShouldContain(act);
        result.Value.ShouldBe(expected switch
        {
            'D' => ApplicationState.Draft,
            'S' => ApplicationState.Submitted,
            'N' => ApplicationState.NeedsFix,
            'V' => ApplicationState.Verified,
            'G' => ApplicationState.Signed,
            'A' => ApplicationState.Active,
            'R' => ApplicationState.Rejected,
            _ => ApplicationState.Withdrawn,
        });
    }

    [Fact]
    public void What_is_said_of_a_merchant_too_is_said_in_the_same_words() =>
        Enum.GetNames<ApplicationState>().Except(Enum.GetNames<MerchantState>()).ShouldBe(["Rejected", "Withdrawn"]);
}
