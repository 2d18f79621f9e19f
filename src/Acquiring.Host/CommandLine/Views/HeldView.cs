using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>Lines in suspense, for people.</summary>
internal static class HeldView
{
    private const int ShownMax = 200;

    public static void Show(IAnsiConsole console, Speech speech, IReadOnlyList<JsonObject> rows)
    {
        if (rows.Count == 0)
        {
            console.Line(speech.Say("held.none"));
            return;
        }

        var table = Tables.Of(speech, "#id", "file", "#line", "reason", "merchant", "terminal", "date", "kind", "#amount", "reference");
        foreach (var row in rows.Take(ShownMax))
        {
            table.Row(
                Text(row, "id", "heldLineId"), Text(row, "file", "fileName", "fileId"), Text(row, "line", "lineNo"), speech.Say($"held.reason.{Text(row, "reason")}"),
                Text(row, "merchantNo"), Text(row, "terminalNo"), Text(row, "transactionDate", "date"), Text(row, "kind"), Amount(row),
                Text(row, "reference"));
        }

        console.Write(table);
        if (rows.Count > ShownMax)
        {
            console.Line(speech.Say("held.more", new Detail("count", Figures.Count(rows.Count - ShownMax))));
        }

        console.Line(speech.Say("held.next"));
    }

    public static void ShowResolved(IAnsiConsole console, Speech speech, long id, JsonObject answer) =>
        console.Line(speech.Say("held.resolved", new Detail("id", $"{id}"), new Detail("state", Text(answer, "state"))));

    public static void ShowReposted(IAnsiConsole console, Speech speech, JsonObject answer)
    {
        var posted = Number(answer, "posted");
        var stillHeld = Number(answer, "stillHeld", "held");
        console.Line(speech.Say("held.reposted", new Detail("posted", Figures.Count(posted)), new Detail("held", Figures.Count(stillHeld))));
    }

    private static string Amount(JsonObject row) => row["amount"]?["amountFen"] is { } fen ? Figures.Yuan((long)fen) : "";

    private static string Text(JsonObject row, params IReadOnlyList<string> names) =>
        names.Select(n => row[n]?.ToString()).FirstOrDefault(t => t is not null) ?? "";

    private static long Number(JsonObject row, params IReadOnlyList<string> names) =>
        names.Select(n => row[n] is JsonValue v && v.TryGetValue<long>(out var number) ? number : (long?)null).FirstOrDefault(n => n is not null) ?? 0;
}
