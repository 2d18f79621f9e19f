using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Acquiring.GrainContract;
using Orleans;
using Orleans.Storage;

namespace Acquiring.Cluster.Tests.Grains;

/// <summary>
/// 200 operations a second on 500 grains over three silos, one of which is killed. For a moment two activations of a grain may write; the
/// version refuses one of them.
/// </summary>
public sealed class A_silo_dies(ITestOutputHelper output)
{
    private const int GrainCount = 500;
    private const int OperationsPerSecond = 200;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(60);

    [Fact(Timeout = 300_000)]
    public async Task Each_acknowledged_operation_is_stored_once_and_calls_resume_within_a_minute()
    {
        await using var silos = await SharedSilos.StartOwnAsync(3);
        var acknowledged = new ConcurrentBag<(int Operation, TimeSpan At)>();
        var failed = new ConcurrentBag<(int Operation, TimeSpan At, string Why)>();
        var began = Stopwatch.GetTimestamp();
        TimeSpan? killedAt = null;
        var victim = silos.Cluster.SecondarySilos[0];
        Task? kill = null;
        var calls = new List<Task>();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var operation = 0; Stopwatch.GetElapsedTime(began) < Before + After;)
        {
            await beat.WaitForNextTickAsync();
            var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * OperationsPerSecond);
            for (; operation < due; operation++)
            {
                calls.Add(CallAsync(operation));
            }

            if (kill is null && Stopwatch.GetElapsedTime(began) > Before)
            {
                killedAt = Stopwatch.GetElapsedTime(began);
                kill = silos.Cluster.KillSiloAsync(victim);
            }
        }

        await Task.WhenAll(calls);
        await kill!;

        var stored = await StoredAsync(silos);
        var lost = acknowledged.Where(a => !stored.Contains((GrainOf(a.Operation), a.Operation))).ToList();
        var lastFailure = failed.Where(f => f.At > killedAt).Select(f => f.At).DefaultIfEmpty(killedAt!.Value).Max() - killedAt!.Value;
        output.WriteLine($"{acknowledged.Count:N0} acknowledged, {failed.Count:N0} failed, {stored.Count:N0} stored; the last that failed ended "
            + $"{lastFailure.TotalSeconds:N1} s after the kill");
        foreach (var why in failed.GroupBy(f => f.Why).OrderByDescending(g => g.Count()))
        {
            output.WriteLine($"  {why.Count(),6:N0} {why.Key}");
        }

        lost.ShouldBeEmpty();
        acknowledged.Count.ShouldBeGreaterThan(OperationsPerSecond * 30);
        lastFailure.ShouldBeLessThan(TimeSpan.FromSeconds(60));

        async Task CallAsync(int operation)
        {
            try
            {
                await silos.Cluster.Client.GetGrain<ICounterGrain>(Key(GrainOf(operation))).Count(operation);
                acknowledged.Add((operation, Stopwatch.GetElapsedTime(began)));
            }
#pragma warning disable CA1031 // Every failure is an answer; which ones came is printed.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed.Add((operation, Stopwatch.GetElapsedTime(began), e.GetType().Name));
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_two_clusters_on_one_database_one_writer_is_refused()
    {
        await using var here = await SharedSilos.StartOwnAsync(1);
        await using var there = await Silos.StartAsync(here.Database, 1, ownsDatabase: false);
        var mine = here.Cluster.Client.GetGrain<ICounterGrain>(Key(1));
        var theirs = there.Cluster.Client.GetGrain<ICounterGrain>(Key(1));
        await mine.Count(1);
        await theirs.Count(2);

        await Should.ThrowAsync<InconsistentStateException>(() => mine.Count(3));

        (await mine.Count(4)).ShouldBe(3);
        (await StoredAsync(here)).Select(s => s.Operation).Order().ShouldBe([1, 2, 4]);
    }

    private static int GrainOf(int operation) => operation * 7 % GrainCount;

    private static string Key(int grain) => $"x:counter:{grain}";

    /// <summary>Throws where an operation is stored twice.</summary>
    private static async Task<HashSet<(int Grain, int Operation)>> StoredAsync(Silos silos)
    {
        HashSet<(int, int)> stored = [];
        await using var command = silos.Database.DataSource.CreateCommand(
            "select grain_key, (payload -> 'operations')::text from grain_state where state_name = 'cluster-test-counter'");
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            foreach (var operation in JsonSerializer.Deserialize<int[]>(rows.GetString(1))!)
            {
                stored.Add((int.Parse(rows.GetString(0).Split(':')[2]), operation)).ShouldBeTrue($"operation {operation} is stored twice");
            }
        }

        return stored;
    }
}
