using System.Diagnostics;
using Acquiring.Acceptance.Interrupted.Load;
using Acquiring.Acceptance.Running;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Cluster.Acceptance;

/// <summary>Terminals post at all three silos, each call at the next one, and send again until they are answered.</summary>
public sealed class NoticesThroughADeath(TestCluster cluster, ITestOutputHelper output)
{
    private const int Seed = 77;
    private const int Clients = 12;

    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_resumeMax = TimeSpan.FromSeconds(60);

    private readonly List<GatewayClient> _clients = [];
    private List<Task> _running = [];
    private ThreeSilos? _silos;
    private volatile bool _stops;
    private int _calls;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_when_a_silo_dies_and_another_stands_still()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = Seed, Dates = 1, SalesPerDate = 50, Formats = [SampleFormat.CsvFen] });
        await using var silos = await ThreeSilos.StartAsync(cluster);
        _silos = silos;
        await silos[0].ImportAsync(set);
        var date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(-1);
        _clients.AddRange(set.Registry.Terminals.Where(t => t.Trades).Take(Clients)
            .Select((t, i) => new GatewayClient(t, date, (Seed * 100) + i, givesBack: true)));
        var gate = new Gate();
        gate.Open();
        _running = _clients.ConvertAll(c => c.RunAsync(() => silos.Http(Interlocked.Increment(ref _calls) % 3), gate, () => _stops));

        await AcknowledgedAsync(200);
        silos.Freeze(2);
        await silos.KillAsync(1);
        var killed = Stopwatch.GetTimestamp();
        await EachAcknowledgedAsync();
        var resumed = Stopwatch.GetElapsedTime(killed);
        if (resumed < s_frozen)
        {
            await Task.Delay(s_frozen - resumed);
        }

        silos.Thaw(2);
        await silos.ServeAsync(1);
        var endedItself = await silos.EndsItselfAsync(2, TimeSpan.FromSeconds(20));
        if (endedItself)
        {
            await silos.ServeAsync(2);
        }

        await AcknowledgedAsync(300);
        _stops = true;
        await Task.WhenAll(_running);

        var rows = await JournalCensus.TakeAsync(silos.Database, date);
        var acknowledged = _clients.SelectMany(c => c.Acknowledged.Keys).ToHashSet();
        output.WriteLine(
            $"seed {Seed}: {acknowledged.Count} acknowledged, {_clients.Sum(c => c.Unknown)} calls in doubt; every terminal served again "
            + $"{resumed.TotalSeconds:0.0} s after the kill; the frozen silo ended itself: {endedItself}");
        acknowledged.Where(key => !rows.ContainsKey(key)).ShouldBeEmpty("lost");
        rows.Where(row => row.Value != 1).ShouldBeEmpty("doubled");
        rows.Count.ShouldBe(acknowledged.Count);
        resumed.ShouldBeLessThan(s_resumeMax, silos.Said(0));
        (await silos[0].VolumesAsync(date, date)).ShouldBe(Volumes(date));
        await silos[1].BooksShouldBeTrueAsync();
    }

    private int Count() => _clients.Sum(c => c.Acknowledged.Count);

    private IEnumerable<MerchantDay> Volumes(DateOnly date) => _clients.SelectMany(c => c.Acknowledged.Values).GroupBy(a => a.Notice.MerchantNo)
        .Select(m => new MerchantDay(m.Key, date, m.Count(a => a.Notice.Kind == "sale"), m.Sum(a => a.Notice.NetFen), m.Sum(a => a.FeeFen)))
        .OrderBy(day => day.MerchantNo, StringComparer.Ordinal);

    private Task AcknowledgedAsync(int more)
    {
        var enough = Count() + more;
        return UntilAsync(() => Count() >= enough);
    }

    /// <summary>Each terminal's merchant has its grain somewhere; those of the dead and the frozen silo must come up elsewhere.</summary>
    private Task EachAcknowledgedAsync()
    {
        var before = _clients.ConvertAll(c => c.Acknowledged.Count);
        return UntilAsync(() => _clients.Index().All(c => c.Item.Acknowledged.Count > before[c.Index] + 3));
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            _running.Where(r => r.IsFaulted).Select(r => r.Exception!.InnerException!.Message).ShouldBeEmpty();
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout, _silos?.Said(0));
            await Task.Delay(20);
        }
    }
}
