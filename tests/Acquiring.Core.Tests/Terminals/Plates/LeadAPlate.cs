using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;

namespace Acquiring.Core.Tests.Terminals.Plates;

/// <summary>Every state of a plate with every act, against a table written down a second time; and the code that it carries.</summary>
public sealed class LeadAPlate
{
    // S stock, B bound, H handed out, L lost, W withdrawn; a dot is a refusal.
    //               bind hand-out replace lost withdraw
    [Theory]
    [InlineData(QrPlateState.InStock, "B..LW")]
    [InlineData(QrPlateState.Bound, ".HWLW")]
    [InlineData(QrPlateState.HandedOut, "..WLW")]
    [InlineData(QrPlateState.Lost, "....W")]
    [InlineData(QrPlateState.Withdrawn, ".....")]
    public void Each_act_leads_where_the_table_says_or_names_the_legal_ones(QrPlateState state, string row)
    {
        foreach (var act in Enum.GetValues<QrPlateAct>())
        {
            var taken = QrPlates.Take(new(QrPlates.StateOf(state)), QrPlates.ActOf(act), TerminalReason.Broken);
            var expected = row[(int)act - 1];
            if (expected == '.')
            {
                taken.Refusal!.Code.ShouldBe(row == "....." ? "plate.withdrawn" : "plate.illegal-step");
            }
            else
            {
                "?SBHLW"[(int)QrPlates.StateOf(taken.Value.State)].ShouldBe(expected);
            }
        }

        QrPlates.LegalFrom(state).Count.ShouldBe(row.Count(c => c != '.'));
    }

    [Fact]
    public void A_plate_that_goes_says_why_and_one_replaced_for_loss_is_lost()
    {
        var handedOut = new TerminalStanding(TerminalState.Installed);
        QrPlates.Take(handedOut, TerminalAct.Swap).Refusal!.Code.ShouldBe("plate.no-reason");
        QrPlates.Take(handedOut, TerminalAct.Scrap).Refusal!.Code.ShouldBe("plate.no-reason");
        QrPlates.Take(handedOut, TerminalAct.Swap, TerminalReason.LostOrStolen).Value.State.ShouldBe(TerminalState.Lost);
        QrPlates.Take(handedOut, TerminalAct.Swap, TerminalReason.SuspectedTampering).Value.State.ShouldBe(TerminalState.Scrapped);
    }

    [Theory]
    // By a second implementation, which gives the standard's own example, 0794, its 5.
    [InlineData("00000794", "QR000007947")]
    [InlineData("90000001", "QR900000014")]
    public void The_check_digit_is_that_of_the_standard(string no, string code)
    {
        PlateCode.Of(new(no)).ShouldBe(code);
        PlateCode.Read(code).Value.Text.ShouldBe(no);
        PlateCode.Read(no).Value.Text.ShouldBe(no);
    }

    [Fact]
    public void No_single_misread_digit_passes()
    {
        for (var at = 2; at < PlateCode.Length; at++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
            {
                var read = $"QR900000014"[..at] + digit + "QR900000014"[(at + 1)..];
                PlateCode.Is(read).ShouldBe(read == "QR900000014");
            }
        }

        PlateCode.Read("QR900000018").Refusal!.Code.ShouldBe("plate.code");
        PlateCode.Read("QR90000001").Refusal!.Code.ShouldBe("plate.unknown");
        PlateCode.Read("").Refusal!.Code.ShouldBe("plate.unknown");
    }
}
