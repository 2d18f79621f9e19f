using System.Text.Json.Nodes;
using Spectre.Console;

namespace Acquiring.Host.CommandLine;

internal static class ImportView
{
    public static void Show(IAnsiConsole console, Speech speech, JsonObject report)
    {
    }

    public static void ShowErrors(IAnsiConsole console, Speech speech, JsonObject report)
    {
    }
}
