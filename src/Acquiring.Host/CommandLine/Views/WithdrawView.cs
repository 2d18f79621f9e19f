using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>What a withdrawal undid, for people.</summary>
internal static class WithdrawView
{
    public static void Show(IAnsiConsole console, Speech speech, WithdrawalAnswer answer, bool isFileExpected)
    {
        if (answer.AlreadyWithdrawn)
        {
            console.Line(speech.Say("withdrawal.already", new Detail("file", answer.File)));
            return;
        }

        console.Line(speech.Say(
            "withdrawal.done", new Detail("file", answer.File), new Detail("rows", Figures.Count(answer.Rows)), new Detail("held", Figures.Count(answer.HeldLines))));
        if (answer.BackToHeld > 0)
        {
            console.Line(speech.Say("withdrawal.back-to-held", new Detail("count", Figures.Count(answer.BackToHeld))));
        }

        if (answer.SendAgain.Count > 0)
        {
            console.Line(speech.Say("withdrawal.send-again", new Detail("files", string.Join(", ", answer.SendAgain))));
        }

        if (isFileExpected)
        {
            console.Line(speech.Say("withdrawal.expected", new Detail("date", Figures.Day(answer.BusinessDate))));
        }
    }
}
