using System.Diagnostics;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Interrupted.Load;

/// <summary>
/// Sixteen terminals that post all the time, and one more by which the killer sees that notices are acknowledged again. After each
/// kill, before anything is sent again, the journal is compared with what they remember.
/// </summary>
internal sealed class GatewayLoad
{
    private const int Clients = 16;

    private readonly Gate _gate = new();
    private readonly List<GatewayClient> _clients;
    private readonly GatewayClient _probe;
    private readonly List<Task> _running;
    private readonly List<double> _readySeconds = [];
    private readonly HashSet<NoticeKey> _lost = [];
    private readonly HashSet<NoticeKey> _doubled = [];
    private HttpClient _host;
    private volatile bool _stops;
    private int _kills;

    public GatewayLoad(SampleSet set, HttpClient host, int seed, bool givesBack = true)
    {
        _host = host;
        // The present is not the same twice and may cross the end of a clearing day; yesterday at ten is still welcome.
        Date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(8)).AddDays(-1);
        var terminals = set.Registry.Terminals.Where(t => t.Trades).Take(Clients + 1).ToList();
        _clients = [.. terminals[1..].Select((t, i) => new GatewayClient(t, Date, (seed * 100) + i, givesBack))];
        _probe = new GatewayClient(terminals[0], Date, seed, givesBack);
        _running = [.. _clients.Select(client => client.RunAsync(() => _host, _gate, () => _stops))];
    }

    public DateOnly Date { get; }

    public int Lost => _lost.Count;

    public int Outages => All.Sum(client => client.Outages);

    private int Acknowledged => All.Sum(client => client.Acknowledged.Count);

    private IEnumerable<GatewayClient> All => _clients.Append(_probe);

    /// <summary>Kills, waits until notices are acknowledged again, looks into the journal, and only then lets the clients go on.</summary>
    /// <param name="acknowledged">How many notices are acknowledged before.</param>
    /// <param name="after">And how long it waits then: a kill may hit any moment of a commit, not only its end.</param>
    /// <param name="kill">Returns the host to speak to from now on.</param>
    public async Task KillAsync(int acknowledged, TimeSpan after, string database, Func<Task<HttpClient>> kill)
    {
        await RunAsync(acknowledged);
        await Task.Delay(after);
        var began = Stopwatch.GetTimestamp();
        var killing = kill();
        _gate.Close();
        _host = await killing;
        await _probe.UntilAcknowledgedAsync(_host).WaitAsync(AcquiringProgram.VerbTimeout);
        _readySeconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        _kills++;
        await UntilAsync(() => _gate.Waiting == Clients);
        await LookAsync(database, All.Select(client => client.Pending?.Key).OfType<NoticeKey>().ToHashSet());
        _gate.Open();
    }

    /// <summary>Undisturbed, until so many more notices are acknowledged.</summary>
    public Task RunAsync(int acknowledged)
    {
        var enough = Acknowledged + acknowledged;
        return UntilAsync(() => Acknowledged >= enough);
    }

    /// <summary>Lets each client send again what is in doubt, then compares for the last time.</summary>
    public async Task StopAsync(string database)
    {
        _stops = true;
        await Task.WhenAll(_running);
        await LookAsync(database, []);
    }

    /// <summary>Ends the clients, whatever they remember.</summary>
    public void Abandon() => _stops = true;

    public void ShouldBeExact()
    {
        _lost.ShouldBeEmpty();
        _doubled.ShouldBeEmpty();
    }

    /// <summary>What the answers add up to.</summary>
    public IReadOnlyList<MerchantDay> Volumes() =>
    [
        .. All.SelectMany(client => client.Acknowledged.Values)
            .GroupBy(a => a.Notice.MerchantNo)
            .Select(m => new MerchantDay(m.Key, Date, m.Count(a => a.Notice.Kind == "sale"), m.Sum(a => a.Notice.NetFen), m.Sum(a => a.FeeFen)))
            .OrderBy(day => day.MerchantNo, StringComparer.Ordinal),
    ];

    public override string ToString()
    {
        var ready = _readySeconds.Order().ElementAt(_readySeconds.Count / 2);
        return $"""
            | kills | acknowledged | unknown | lost | doubled | ready again, median s |
            |---|---|---|---|---|---|
            | {_kills} | {Acknowledged} | {All.Sum(client => client.Unknown)} | {_lost.Count} | {_doubled.Count} | {ready:0.0} |
            """;
    }

    private async Task LookAsync(string database, HashSet<NoticeKey> inDoubt)
    {
        var rows = await JournalCensus.TakeAsync(database, Date);
        var acknowledged = All.SelectMany(client => client.Acknowledged.Keys).ToHashSet();
        _lost.UnionWith(acknowledged.Where(key => !rows.ContainsKey(key)));
        _doubled.UnionWith(rows.Where(row => row.Value != 1).Select(row => row.Key));
        rows.Keys.Where(key => !acknowledged.Contains(key) && !inDoubt.Contains(key)).ShouldBeEmpty("nobody sent them");
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            _running.ShouldNotContain(task => task.IsFaulted, Broken());
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(AcquiringProgram.VerbTimeout);
            await Task.Delay(5);
        }
    }

    private string Broken() => string.Join('\n', _running.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException!.Message));
}
