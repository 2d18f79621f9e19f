using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Acquiring.Host.Client;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>Lines in suspense, for people.</summary>
internal static class HeldView
{
    private const int ShownMax = 200;

    public static void Show(IAnsiConsole console, Speech speech, IReadOnlyList<HeldLineAnswer> lines, bool isAllOpen)
    {
        if (lines.Count == 0)
        {
            console.Line(speech.Say(isAllOpen ? "held-list.none" : "held-list.no-match"));
            return;
        }

        var table = Tables.Of(speech, "#id", "file", "#line", "merchant", "terminal", "time", "kind", "#amount", "~reason");
        foreach (var line in lines.Take(ShownMax))
        {
            table.Row(
                $"{line.HeldLineId}", line.File, Figures.Count(line.Line), line.MerchantNo, line.TerminalNo, Time(line), speech.Say($"kind.{line.Kind}"),
                line.Amount.Yuan(), line.ReasonText);
        }

        console.Write(table);
        if (lines.Count > ShownMax)
        {
            console.Line(speech.Say("held-list.more", new Detail("count", Figures.Count(lines.Count - ShownMax))));
        }

        console.Line(speech.Say("held-list.next"));
    }

    public static void ShowResolved(IAnsiConsole console, Speech speech, long id, RepostAnswer report)
    {
        var key = report switch
        {
            { Posted: > 0 } => "held-list.resolved-posted",
            { StillHeld: > 0 } => "held-list.resolved-still-held",
            _ => "held-list.resolved-dismissed",
        };
        console.Line(speech.Say(key, new Detail("id", $"{id}")));
    }

    public static void ShowReposted(IAnsiConsole console, Speech speech, RepostAnswer report) => console.Line(speech.Say(
        "held-list.reposted", new Detail("posted", Figures.Count(report.Posted)), new Detail("held", Figures.Count(report.StillHeld))));

    private static string Time(HeldLineAnswer line) =>
        line.OccurredAt.ToOffset(BusinessTime.Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
