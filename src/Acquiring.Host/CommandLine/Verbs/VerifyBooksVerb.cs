using System.CommandLine;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>verify-books</c>: reads everything, changes nothing, and ends with 1 when an invariant is broken.</summary>
internal sealed class VerifyBooksVerb(VerbRunner runner)
{
    private const int MissesShownMax = 10;

    public Command Build()
    {
        var command = new Command("verify-books", runner.Speech.Say("help.verify-books"));
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken) =>
        runner.RunAsync(line, "verify-books", async (client, token) =>
        {
            var json = await client.GetAsync("book-checks", token);
            var answer = json.Deserialize<BookChecksAnswer>(PlatformJson.Options)!;
            return new Outcome(json, console => Show(console, answer), answer.Ok ? Exit.Done : Exit.Refused);
        }, cancellationToken);

    private void Show(Spectre.Console.IAnsiConsole console, BookChecksAnswer answer)
    {
        var speech = runner.Speech;
        var table = Tables.Of(speech, "check", "~what", "result", "#rows");
        foreach (var check in answer.Checks)
        {
            table.Row(
                check.Code, check.Text, speech.Say(check.Ok ? "books.holds" : "books.broken"),
                Figures.Count(check.RowsChecked));
        }

        console.Write(table);
        foreach (var check in answer.Checks.Where(c => !c.Ok))
        {
            foreach (var miss in check.Misses.Take(MissesShownMax))
            {
                console.Line($"{check.Code}: {miss}");
            }
        }

        console.Line(speech.Say(answer.Ok ? "books.all-hold" : "books.some-broken", new Detail("count", $"{answer.Checks.Count(c => !c.Ok)}")));
    }
}
