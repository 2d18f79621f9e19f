using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Night;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.CommandLine.Views;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>night --date DATE</c>: asks for the night of a date, and those missed before it, and stays until it ended; or a dry run.</summary>
internal sealed class NightVerb(VerbRunner runner, Reading reading)
{
    private static readonly string[] s_steps = [.. Enum.GetValues<NightStep>().Select(Word)];

    private readonly Option<DateOnly?> _date = Required(reading.DateOption("--date", "help.night.date"));
    private readonly Option<bool> _dryRun = reading.Flag("--dry-run", "help.night.dry-run");
    private readonly Option<string?> _step = reading.WordOption("--step", "STEP", "help.night.step", s_steps);
    private readonly Option<bool> _insist = reading.Flag("--insist", "help.night.insist");

    public Command Build()
    {
        var command = new Command("night", runner.Speech.Say("help.night")) { _date, _dryRun, _step, _insist };
        command.Validators.Add(result =>
        {
            if (result.GetResult(_step) is not null && result.GetResult(_dryRun) is null)
            {
                result.AddError(runner.Speech.Say("usage.step-needs-dry-run"));
            }
        });
        command.SetAction((line, token) => line.GetValue(_dryRun) ? PreviewAsync(line, token) : RunAsync(line, token));
        return command;
    }

    private static Option<DateOnly?> Required(Option<DateOnly?> option)
    {
        option.Required = true;
        return option;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var date = line.GetRequiredValue(_date)!.Value;
        var body = new JsonObject { ["insist"] = line.GetValue(_insist) };
        return runner.RunAsync(line, "night", async (client, token) =>
        {
            await client.PostAsync($"nights/{date:yyyy-MM-dd}", body, token);
            var (json, night, stopped) = await NightProgress.FollowAsync(runner, client, date, token);
            return new Outcome(json, console => Show(console, night, stopped), night.State == "done" ? Exit.Done : Exit.Refused);
        }, cancellationToken);
    }

    private Task<int> PreviewAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var date = line.GetRequiredValue(_date)!.Value;
        var query = $"insist={(line.GetValue(_insist) ? "true" : "false")}{(line.GetValue(_step) is { } step ? $"&step={step}" : "")}";
        return runner.RunAsync(line, "night", async (client, token) =>
        {
            var json = await client.GetAsync($"nights/{date:yyyy-MM-dd}/preview?{query}", token);
            var answer = json.Deserialize<NightPreviewAnswer>(PlatformJson.Options)!;
            return new Outcome(json, console => Show(console, answer));
        }, cancellationToken);
    }

    private void Show(IAnsiConsole console, NightAnswer night, NightAnswer? stopped)
    {
        var speech = runner.Speech;
        if (stopped is not null && stopped.BusinessDate != night.BusinessDate)
        {
            console.Line(speech.Say("night.waits", new Detail("date", Figures.Day(night.BusinessDate)), new Detail("earlier", Figures.Day(stopped.BusinessDate))));
            night = stopped;
        }

        var table = Tables.Of(speech, "step", "state", "#shards", "took", "~result");
        foreach (var step in night.Steps)
        {
            table.Row(
                speech.Say($"night.step.{Word(step.Step)}"), speech.Say($"night.state.{step.State}"), $"{step.ShardsDone}/{step.Shards}",
                step is { StartedAt: { } started, EndedAt: { } ended } ? $"{(ended - started).TotalSeconds:0.0} s" : "-",
                step.ErrorText ?? Counts(step.Step, step.Counts));
        }

        console.Write(table);
        console.Line(speech.Say(
            Closing(night.State), new Detail("date", Figures.Day(night.BusinessDate)),
            new Detail("job", night.Steps.FirstOrDefault(s => s.State == night.State)?.Job ?? "")));
    }

    private void Show(IAnsiConsole console, NightPreviewAnswer answer)
    {
        var speech = runner.Speech;
        foreach (var step in answer.Steps)
        {
            console.Line($"{speech.Say($"night.step.{Word(step.Step)}")}: {step.Detail ?? Counts(step.Step, step.Counts)}");
            if (step.Changes.Count > 0)
            {
                var table = Tables.Of(speech, "subject", "change", "~details");
                foreach (var change in step.Changes)
                {
                    table.Row(change.Subject, CountName(step.Step, change.Change), change.Details ?? "");
                }

                console.Write(table);
            }
        }

        console.Line(speech.Say("night.nothing-written", new Detail("date", Figures.Day(answer.BusinessDate))));
    }

    private string Counts(NightStep step, IReadOnlyDictionary<string, long> counts) => counts.Count == 0 || counts.Values.All(c => c == 0)
        ? runner.Speech.Say("night.no-change")
        : string.Join(", ", counts.Where(c => c.Value > 0).Select(c => $"{CountName(step, c.Key)} {Figures.Count(c.Value)}"));

    private string CountName(NightStep step, string word) => runner.Speech.Say($"night.count.{Word(step)}.{word}");

    /// <summary>What failed for good or was cancelled goes on only when it is asked for; the rest does by itself.</summary>
    internal static string Closing(string state) => state switch
    {
        "done" => "night.done",
        "failed" or "cancelled" => "night.stopped",
        _ => "night.open",
    };

    private static string Word(NightStep step) => JsonNamingPolicy.CamelCase.ConvertName($"{step}");
}
