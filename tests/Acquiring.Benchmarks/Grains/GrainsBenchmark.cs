using System.Diagnostics;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Benchmarks.Grains;

/// <summary>One run: how many a second, and what each cost this process (not PostgreSQL) in processor time.</summary>
internal readonly record struct GrainRun(double PerSecond, double ProcessorMicroseconds);

/// <summary>What was measured of one thing.</summary>
internal sealed record GrainRate(string Name, IReadOnlyList<GrainRun> Runs)
{
    public double Median => Runs.Select(r => r.PerSecond).Order().ElementAt(Runs.Count / 2);

    public double Best => Runs.Max(r => r.PerSecond);

    public double Least => Runs.Min(r => r.PerSecond);

    /// <summary>On a machine that is shared this says more than the clock.</summary>
    public double LeastProcessorMicroseconds => Runs.Min(r => r.ProcessorMicroseconds);
}

/// <summary>Callers that each wait for their answer, on grains picked at random; each caller's choice of grains is the same in every run.</summary>
internal static class GrainsBenchmark
{
    private const int CallsBetweenLooks = 16;

    public static async Task<IReadOnlyList<GrainRate>> RunAsync(GrainsOptions options, CancellationToken cancellationToken)
    {
        await using var server = new TestCluster();
        await using var database = await server.NewDatabaseAsync();
        using var host = Flavour.Build(database.DataSource, database.ConnectionString);
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

        async Task<List<GrainRun>> RepeatAsync(Func<IMeasuredGrain, Task> call)
        {
            var runs = new List<GrainRun>();
            for (var run = 0; run < options.Repeat; run++)
            {
                runs.Add(await MeasureAsync(call));
                await Console.Error.WriteLineAsync($"  {runs[^1].PerSecond:N0}/s, {runs[^1].ProcessorMicroseconds:N1} µs");
            }

            return runs;
        }

        async Task<GrainRun> MeasureAsync(Func<IMeasuredGrain, Task> call)
        {
            var began = Stopwatch.GetTimestamp();
            var processorBegan = Environment.CpuUsage.TotalTime;
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
            var processor = Environment.CpuUsage.TotalTime - processorBegan;
            return new(calls.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds, processor.TotalMicroseconds / calls.Sum());
        }
    }
}
