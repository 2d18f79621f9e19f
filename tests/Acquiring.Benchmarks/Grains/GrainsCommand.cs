using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Acquiring.Benchmarks.Grains;

internal sealed record GrainsOptions(int Callers, int Keys, int Repeat, TimeSpan Box);

/// <summary><c>grains</c>: calls and state writes a second in the runtime that this program was built with.</summary>
internal static class GrainsCommand
{
    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON object to standard output instead of the table." };
        var callers = new Option<int>("--callers") { Description = "Callers, each with one call under way.", DefaultValueFactory = _ => 64 };
        var keys = new Option<int>("--keys") { Description = "Grains that are called.", DefaultValueFactory = _ => 1_000 };
        var repeat = new Option<int>("--repeat") { Description = "Measure this often; the median and the best are told.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 5 };
        var command = new Command("grains", "Grain calls and state writes a second, in process.") { json, callers, keys, repeat, seconds };
        command.SetAction((line, cancellationToken) => RunAsync(
            new(
                Math.Max(1, line.GetValue(callers)),
                Math.Max(1, line.GetValue(keys)),
                Math.Max(1, line.GetValue(repeat)),
                TimeSpan.FromSeconds(Math.Max(1, line.GetValue(seconds)))),
            line.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(GrainsOptions options, bool json, CancellationToken cancellationToken)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var rates = await GrainsBenchmark.RunAsync(options, cancellationToken);
        await Console.Out.WriteAsync(json ? Json(options, rates) : Table(options, rates));
        return 0;
    }

    private static string Json(GrainsOptions options, IReadOnlyList<GrainRate> rates)
    {
        var text = new JsonObject
        {
            ["runtime"] = Flavour.Name,
            ["rates"] = new JsonObject(rates.Select(r => KeyValuePair.Create(r.Name, (JsonNode?)new JsonObject
            {
                ["median"] = (long)r.Median, ["best"] = (long)r.Best, ["least"] = (long)r.Least, ["processorMicroseconds"] = Math.Round(r.LeastProcessorMicroseconds, 1, MidpointRounding.ToEven),
            }))),
            ["run"] = new JsonObject
            {
                ["callers"] = options.Callers, ["keys"] = options.Keys, ["repeat"] = options.Repeat, ["seconds"] = options.Box.TotalSeconds,
                ["processors"] = Environment.ProcessorCount,
            },
        };
        return text + "\n";
    }

    private static string Table(GrainsOptions options, IReadOnlyList<GrainRate> rates)
    {
        var text = new StringBuilder();
        text.Append($"Grains: {Flavour.Name}; {options.Callers} callers, {options.Keys:N0} keys, {Environment.ProcessorCount} processors, ");
        text.Append($"{options.Repeat} times {options.Box.TotalSeconds:N0} s\n\n{"a second",-20}{"median",14}{"best",14}{"least",14}{"processor µs",14}\n");
        foreach (var rate in rates)
        {
            text.Append($"{rate.Name,-20}{rate.Median,14:N0}{rate.Best,14:N0}{rate.Least,14:N0}{rate.LeastProcessorMicroseconds,14:N1}\n");
        }

        return text.ToString();
    }
}
