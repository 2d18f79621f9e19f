using System.Diagnostics;
using Acquiring.Standalone.Grains;
using Acquiring.GrainContract;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Standalone.Tests.Grains;

/// <summary>Measures, asserts nothing: run it by name. Orleans, for comparison: 200-560 thousand calls a second on two cores.</summary>
public sealed class Call_rates(ITestOutputHelper output)
{
    [Theory(Explicit = true)]
    [InlineData(1, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(16, 1, false)]
    [InlineData(16, 16, false)]
    [InlineData(16, 16, true)]
    [InlineData(256, 256, false)]
    [InlineData(256, 256, true)]
    public async Task Echo_calls_per_second(int callers, int grains, bool copy)
    {
        await using var services = new ServiceCollection()
            .AddStandaloneGrains(options => options.CopyMessages = copy, typeof(Call_rates).Assembly)
            .BuildServiceProvider();
        var factory = services.GetRequiredService<IGrainFactory>();
        var sale = new Sale("10000081", 12_345, new DateOnly(2026, 11, 21));
        for (var round = 0; round < 3; round++)
        {
            var calls = 0L;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
            {
                var grain = factory.GetGrain<IWorkerGrain>($"m:{caller % grains}x");
                while (watch.ElapsedMilliseconds < 1500)
                {
                    for (var i = 0; i < 100; i++)
                    {
                        await grain.Echo(sale);
                    }

                    Interlocked.Add(ref calls, 100);
                }
            })));
            output.WriteLine($"{callers} callers, {grains} grains, copy {copy}: {calls / watch.Elapsed.TotalSeconds:N0} calls/s");
        }
    }
}
