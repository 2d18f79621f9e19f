using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Acquiring.Benchmarks.Lists;

internal sealed record ListsOptions(int Merchants, int Requests, int Seed);

/// <summary><c>lists</c>: how long lists, searches and details take over HTTP, beside a bare indexed query of the same page.</summary>
internal static class ListsCommand
{
    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON object to standard output instead of the table." };
        var merchants = new Option<int>("--merchants") { Description = "Merchants; half as many terminals again.", DefaultValueFactory = _ => 100_000 };
        var requests = new Option<int>("--requests") { Description = "Measured requests of each kind, one after the other.", DefaultValueFactory = _ => 400 };
        var seed = new Option<int>("--seed") { Description = "Of the bank and of the requests.", DefaultValueFactory = _ => 20261120 };
        var command = new Command("lists", "Lists, search and details over HTTP beside a bare indexed query.") { json, merchants, requests, seed };
        command.SetAction(async (line, cancellationToken) =>
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var options = new ListsOptions(Math.Max(100, line.GetValue(merchants)), Math.Max(10, line.GetValue(requests)), line.GetValue(seed));
            var measured = await ListsBenchmark.RunAsync(options, cancellationToken);
            await Console.Out.WriteAsync(line.GetValue(json) ? Json(options, measured) : Table(options, measured));
            return 0;
        });
        return command;
    }

    private static string Json(ListsOptions options, IReadOnlyList<Latencies> measured) =>
        new JsonObject
        {
            ["kinds"] = new JsonObject(measured.Select(m => KeyValuePair.Create(m.Kind, (JsonNode?)new JsonObject
            {
                ["p50Ms"] = Digits(m.At(0.5)), ["p95Ms"] = Digits(m.At(0.95)), ["maxMs"] = Digits(m.At(1)),
                ["p95ToBare"] = Digits(m.At(0.95) / measured[0].At(0.95)),
            }))),
            ["run"] = new JsonObject
            {
                ["merchants"] = options.Merchants, ["terminals"] = options.Merchants * 3 / 2, ["requests"] = options.Requests, ["seed"] = options.Seed,
                ["processors"] = Environment.ProcessorCount,
            },
        }.ToJsonString(new() { WriteIndented = true }) + "\n";

    private static string Table(ListsOptions options, IReadOnlyList<Latencies> measured)
    {
        var text = new StringBuilder();
        text.Append($"Lists: {options.Merchants:N0} merchants, {options.Merchants * 3 / 2:N0} terminals, {options.Requests} requests of each kind, ");
        text.Append($"{Environment.ProcessorCount} processors shared with PostgreSQL and host\n\n{"ms",-34}{"p50",10}{"p95",10}{"max",10}{"p95 to bare",14}\n");
        foreach (var m in measured)
        {
            text.Append($"{m.Kind,-34}{m.At(0.5),10:N1}{m.At(0.95),10:N1}{m.At(1),10:N1}{m.At(0.95) / measured[0].At(0.95),14:N1}\n");
        }

        return text.ToString();
    }

    private static double Digits(double value) => Math.Round(value, 2, MidpointRounding.AwayFromZero);
}

/// <summary>How long each request of a kind took.</summary>
internal sealed class Latencies(string kind)
{
    private readonly List<double> _ms = [];

    public string Kind => kind;

    public void Add(double ms) => _ms.Add(ms);

    public double At(double share)
    {
        var sorted = _ms.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }
}
