using System.Diagnostics;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Benchmarks.Grains;

/// <summary>What was measured of one thing, a second.</summary>
internal sealed record GrainRate(string Name, IReadOnlyList<double> Runs)
{
    public double Median => Runs.Order().ElementAt(Runs.Count / 2);

    public double Best => Runs.Max();

    public double Least => Runs.Min();
}

/// <summary>Callers that each wait for their answer, on grains picked at random; each caller's choice of grains is the same in every run.</summary>
internal static class GrainsBenchmark
{
    private const int CallsBetweenLooks = 16;

    public static async Task<IReadOnlyList<GrainRate>> RunAsync(GrainsOptions options, CancellationToken cancellationToken)
    {
        await using var server = new TestCluster();
        await using var database = await server.NewDatabaseAsync();
        using var host = MeasuredRuntime.Build(database.DataSource, database.ConnectionString);
        await host.StartAsync(cancellationToken);
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, options.Keys).Select(k => factory.GetGrain<IMeasuredGrain>($"m:{k}")).ToArray();
        var line = new MeasuredLine(17, 29, 3, 41, new DateOnly(2026, 11, 20), 12_345, "102360758120004123");
        Func<IMeasuredGrain, Task> ask = grain => grain.Ask(line);
        Func<IMeasuredGrain, Task> store = grain => grain.Store(line);
        await Task.WhenAll(grains.Select(store)); // every grain is active and has a row
        await MeasureAsync(ask);
        var rates = new List<GrainRate>
        {
            new("grainCalls", await RepeatAsync(ask)),
            new("stateWrites", await RepeatAsync(store)),
        };
        await host.StopAsync(cancellationToken);
        return rates;

        async Task<List<double>> RepeatAsync(Func<IMeasuredGrain, Task> call)
        {
            var runs = new List<double>();
            for (var run = 0; run < options.Repeat; run++)
            {
                runs.Add(await MeasureAsync(call));
                await Console.Error.WriteLineAsync($"  {runs[^1]:N0}");
            }

            return runs;
        }

        async Task<double> MeasureAsync(Func<IMeasuredGrain, Task> call)
        {
            var began = Stopwatch.GetTimestamp();
            var calls = await Task.WhenAll(Enumerable.Range(0, options.Callers).Select(caller => Task.Run(async () =>
            {
                var (random, count) = (new Random(caller), 0L);
                while (Stopwatch.GetElapsedTime(began) < options.Box)
                {
                    for (var i = 0; i < CallsBetweenLooks; i++, count++)
                    {
                        await call(grains[random.Next(grains.Length)]);
                    }
                }

                return count;
            })));
            return calls.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }
}
