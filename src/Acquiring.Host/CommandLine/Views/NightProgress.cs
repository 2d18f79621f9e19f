using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Night;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Spectre.Console;

namespace Acquiring.Host.CommandLine.Views;

/// <summary>Follows a night until it ended or cannot go on, with a bar on standard error where a person watches.</summary>
internal static class NightProgress
{
    private const int AskAgainMilliseconds = 200;

    /// <returns>The night as it ended, and the one that stopped it: itself or an earlier one; <c>null</c> when it is done.</returns>
    public static Task<(JsonNode Json, NightAnswer Night, NightAnswer? Stopped)> FollowAsync(
        VerbRunner runner, ApiClient client, DateOnly date, CancellationToken cancellationToken)
    {
        if (!runner.Shell.IsErrorTerminal)
        {
            return FollowAsync(client, date, _ => { }, cancellationToken);
        }

        return runner.Shell.ErrorConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Figures.Day(date));
                return FollowAsync(
                    client, date,
                    now =>
                    {
                        task.MaxValue = Math.Max(now.Steps.Sum(s => s.Shards), 1);
                        task.Value = now.Steps.Sum(s => s.ShardsDone);
                        var step = now.Steps.FirstOrDefault(s => s.State != "done");
                        task.Description = Markup.Escape(step is null
                            ? Figures.Day(now.BusinessDate)
                            : $"{Figures.Day(now.BusinessDate)} {runner.Speech.Say($"night.step.{JsonNamingPolicy.CamelCase.ConvertName($"{step.Step}")}")}");
                    },
                    cancellationToken);
            });
    }

    private static async Task<(JsonNode, NightAnswer, NightAnswer?)> FollowAsync(
        ApiClient client, DateOnly date, Action<NightAnswer> tell, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (json, night) = await ReadAsync(client, date, cancellationToken);
            if (night.State == "done")
            {
                return (json, night, null);
            }

            var present = night.WaitsFor is { } earlier ? (await ReadAsync(client, earlier, cancellationToken)).Night : night;
            tell(present);
            // What failed once is tried again later, by the server; who waits here is told now.
            if (present.State is "failed" or "cancelled" || present.Steps.Any(s => s is { State: "waiting", Error: not null }))
            {
                return (json, night, present);
            }

            await Task.Delay(AskAgainMilliseconds, cancellationToken);
        }
    }

    private static async Task<(JsonNode Json, NightAnswer Night)> ReadAsync(ApiClient client, DateOnly date, CancellationToken cancellationToken)
    {
        var json = await client.GetAsync($"nights/{date:yyyy-MM-dd}", cancellationToken);
        return (json, json.Deserialize<NightAnswer>(PlatformJson.Options)!);
    }
}
