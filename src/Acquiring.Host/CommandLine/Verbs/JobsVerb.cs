using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Acquiring.Host.Client;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>jobs</c>: what the ledger holds, newest dates first.</summary>
internal sealed class JobsVerb(VerbRunner runner, Reading reading)
{
    private readonly Option<string?> _job = reading.TextOption("--job", "NAME", "help.jobs.job");
    private readonly Option<DateOnly?> _date = reading.DateOption("--date", "help.jobs.date");

    private readonly Option<string?> _state = reading.WordOption(
        "--state", "STATE", "help.jobs.state", [.. Enum.GetValues<JobState>().Select(s => JsonNamingPolicy.CamelCase.ConvertName($"{s}"))]);

    public Command Build()
    {
        var command = new Command("jobs", runner.Speech.Say("help.jobs")) { _job, _date, _state };
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var filter = string.Join('&', new[]
        {
            line.GetValue(_job) is { } job ? $"job={Uri.EscapeDataString(job)}" : null,
            line.GetValue(_date) is { } date ? $"date={date:yyyy-MM-dd}" : null,
            line.GetValue(_state) is { } state ? $"state={state}" : null,
        }.OfType<string>());
        return runner.RunAsync(line, "jobs", async (client, token) =>
        {
            var rows = await client.AllAsync<JsonObject>($"jobs?{filter}", token).ToListAsync(token);
            var shards = rows.Select(r => r.Deserialize<JobShardView>(PlatformJson.Options)!).ToList();
            return new Outcome(rows, console => Show(console, shards));
        }, cancellationToken);
    }

    private void Show(IAnsiConsole console, IReadOnlyList<JobShardView> shards)
    {
        var speech = runner.Speech;
        if (shards.Count == 0)
        {
            console.Line(speech.Say("jobs.none"));
            return;
        }

        var table = Tables.Of(speech, "business-date", "job", "#shard", "state", "#progress", "since", "~why");
        foreach (var s in shards)
        {
            table.Row(
                Figures.Day(s.BusinessDate), s.Job, $"{s.Shard + 1}/{s.Shards}",
                speech.Say($"jobs.state.{JsonNamingPolicy.CamelCase.ConvertName($"{s.State}")}"),
                s.Total is { } total ? $"{Figures.Count(s.Done)}/{Figures.Count(total)}" : Figures.Count(s.Done),
                $"{(s.EndedAt ?? s.StartedAt ?? s.AskedAt).ToOffset(BusinessTime.Offset):yyyy-MM-dd HH:mm}", s.ErrorText ?? s.AskedWhy ?? "");
        }

        console.Write(table);
        if (shards.Count(s => s.State == JobState.Failed) is > 0 and var failed)
        {
            console.Line(speech.Say("jobs.some-failed", new Detail("count", Figures.Count(failed))));
        }
    }
}
