using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Acquiring.Benchmarks;

/// <summary>What was measured so far: rates (the best of the repeats), what they say of each other, and remarks for the reader.</summary>
internal sealed class Report(JournalOptions options)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Dictionary<string, double> _best = [];
    private readonly List<string> _remarks = [];
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly long _began = TimeProvider.System.GetTimestamp();

    /// <summary>Progress, for people who wait.</summary>
    public void Say(string text) => Console.Error.WriteLine($"[{_clock.GetElapsedTime(_began):mm\\:ss}] {text}");

    public void Remark(string text)
    {
        Say(text);
        if (!_remarks.Contains(text))
        {
            _remarks.Add(text);
        }
    }

    /// <summary>Keeps the best of the repeats, for either side; lower is better only for a latency.</summary>
    public void Measured(string figure, double value, bool lowerIsBetter = false)
    {
        Say($"  {figure}: {value:N1}");
        _best[figure] = !_best.TryGetValue(figure, out var best) ? value : lowerIsBetter ? Math.Min(best, value) : Math.Max(best, value);
    }

    public double? Best(string figure) => _best.TryGetValue(figure, out var best) ? best : null;

    public string Json()
    {
        var json = new JsonObject();
        foreach (var ratio in Ratio.All)
        {
            json[ratio.Name] = Digits(ratio.Of(this, options));
        }

        json["rates"] = new JsonObject(_best.Select(b => KeyValuePair.Create(b.Key, (JsonNode?)Digits(b.Value))));
        json["run"] = new JsonObject
        {
            ["lines"] = options.Lines, ["format"] = options.FormatName, ["seed"] = options.Seed, ["repeat"] = options.Repeat,
            ["growthLines"] = options.GrowthLines, ["processors"] = Environment.ProcessorCount,
        };
        json["remarks"] = new JsonArray([.. _remarks.Select(r => (JsonNode)r)]);
        return json.ToJsonString(Indented) + "\n";
    }

    public string Table()
    {
        var text = new StringBuilder();
        text.Append($"Journal: {options.Lines:N0} lines ({options.FormatName}), seed {options.Seed}, {Environment.ProcessorCount} processors shared with PostgreSQL; ");
        text.Append(options.Repeat > 1 ? $"best of {options.Repeat} for both sides\n\n" : "each measured once\n\n");
        foreach (var (figure, value) in _best)
        {
            text.Append($"{figure,-28}{value,14:N1}\n");
        }

        text.Append($"\n{"ratio",-28}{"here",14}   aim\n");
        foreach (var ratio in Ratio.All)
        {
            var here = ratio.Of(this, options) is { } value ? $"{value:N2}" : "-";
            text.Append($"{ratio.Name,-28}{here,14}   {ratio.Aim}\n");
        }

        text.Append('\n').AppendJoin('\n', _remarks).Append('\n');
        return text.ToString();
    }

    private static JsonNode? Digits(double? value) => value is { } v ? Math.Round(v, 3, MidpointRounding.AwayFromZero) : null;
}
