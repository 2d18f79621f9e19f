using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>close-day DATE</c>: closes a business day and every open one before it, in order.</summary>
internal sealed class CloseDayVerb(VerbRunner runner, Reading reading)
{
    private readonly Argument<DateOnly> _date = reading.DateArgument("DATE", "help.close-day.date");
    private readonly Option<bool> _insist = reading.Flag("--insist", "help.close-day.insist");

    public Command Build()
    {
        var command = new Command("close-day", runner.Speech.Say("help.close-day")) { _date, _insist };
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var date = line.GetRequiredValue(_date);
        var body = new JsonObject { ["insist"] = line.GetValue(_insist) };
        return runner.RunAsync(line, "close-day", async (client, token) =>
        {
            var json = await client.PostAsync($"business-days/{date:yyyy-MM-dd}/close", body, token);
            var answer = json.Deserialize<CloseAnswer>(PlatformJson.Options)!;
            return new Outcome(json, console =>
            {
                if (answer.AlreadyClosed)
                {
                    console.Line(runner.Speech.Say("close-day.already", new Detail("date", Figures.Day(date))));
                }

                foreach (var day in answer.Closed)
                {
                    var key = day.Complete ? "close-day.closed" : "close-day.closed-incomplete";
                    console.Line(runner.Speech.Say(
                        key, new Detail("date", Figures.Day(day.BusinessDate)), new Detail("findings", Figures.Count(day.Findings))));
                }

                console.Line(runner.Speech.Say("close-day.next", new Detail("date", Figures.Day(date))));
            });
        }, cancellationToken);
    }
}
