using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

internal static class WithdrawView
{
    public static void Show(IAnsiConsole console, Speech speech, string named, JsonObject answer)
    {
        console.Line(speech.Say("withdraw.done", new Detail("file", (string?)answer["file"] ?? named)));
        foreach (var (name, value) in answer)
        {
            if (value is JsonValue && speech.Texts.Find($"withdraw.{name}", speech.Language) is not null)
            {
                console.Line(speech.Say($"withdraw.{name}", new Detail("count", value.ToString())));
            }
        }
    }
}
