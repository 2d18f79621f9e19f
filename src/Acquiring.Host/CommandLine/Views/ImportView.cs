using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>What an import did, or would do, or why it did nothing, for people.</summary>
internal static class ImportView
{
    private const int ErrorsShownMax = 50;

    public static void Show(IAnsiConsole console, Speech speech, JsonObject report)
    {
        var table = Tables.Of(speech, "file", "#rows", "#added", "#changed", "#unchanged", "#bad");
        foreach (var file in report["files"]?.AsArray() ?? [])
        {
            table.Row(
                speech.Say($"import.file.{Text(file, "file")}"), Count(file, "rows"), Count(file, "added"), Count(file, "changed"),
                Count(file, "unchanged"), Count(file, "bad"));
        }

        console.Write(table);
        ShowErrors(console, speech, report);
        var outcome = Text(report, "outcome");
        var changed = report["files"]?.AsArray().Sum(f => Number(f, "added") + Number(f, "changed")) > 0;
        console.Line(speech.Say(outcome == "applied" && !changed ? "import.nothing-changed" : $"import.{outcome}"));
        if (Number(report, "pricesChanged") is > 0 and var prices)
        {
            console.Line(speech.Say("import.prices-changed", new Detail("count", Figures.Count(prices))));
        }

        if (Number(report, "terminalsRebound") is > 0 and var rebound)
        {
            console.Line(speech.Say("import.terminals-rebound", new Detail("count", Figures.Count(rebound))));
        }
    }

    /// <summary>Bad rows by file, row and column.</summary>
    public static void ShowErrors(IAnsiConsole console, Speech speech, JsonObject report)
    {
        var errors = report["errors"]?.AsArray() ?? [];
        if (errors.Count == 0)
        {
            return;
        }

        var table = Tables.Of(speech, "file", "#row", "column", "~reason", "~found");
        foreach (var error in errors.Take(ErrorsShownMax))
        {
            table.Row(speech.Say($"import.file.{Text(error, "file")}"), Count(error, "row"), Text(error, "column"), ReasonOf(speech, error), Text(error, "found"));
        }

        console.Write(table);
        var more = errors.Count - Math.Min(errors.Count, ErrorsShownMax) + Number(report, "errorsNotListed");
        if (more > 0)
        {
            console.Line(speech.Say("import.errors-more", new Detail("count", Figures.Count(more))));
        }
    }

    private static string ReasonOf(Speech speech, JsonNode? error) => Text(error, "text") is { Length: > 0 } text
        ? text
        : speech.Say(Text(error, "code"), [.. (error?["details"]?.AsArray() ?? []).Select(d => new Detail(Text(d, "name"), Text(d, "value")))]);

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";

    private static string Count(JsonNode? node, string name) => Figures.Count(Number(node, name));

    private static long Number(JsonNode? node, string name) => node?[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
