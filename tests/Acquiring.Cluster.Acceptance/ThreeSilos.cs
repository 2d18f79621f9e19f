using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Acquiring.Acceptance.Running;
using Acquiring.Testing;

namespace Acquiring.Cluster.Acceptance;

/// <summary>Three silos on loopback, one database. Each has a data directory of its own; verbs are run beside one of them.</summary>
internal sealed class ThreeSilos : IAsyncDisposable
{
    private const int Count = 3;

    private readonly TestDatabase _database;
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("acquiring-cluster-");
    private readonly Site[] _sites;
    private readonly Serving[] _serving = new Serving[Count];
    private readonly HttpClient[] _http = new HttpClient[Count];

    private ThreeSilos(TestDatabase database, int linesPerChunk)
    {
        _database = database;
        _sites = [.. Enumerable.Range(0, Count).Select(_ => new Site
        {
            Settings = new Dictionary<string, string>
            {
                ["ACQUIRING_DATABASE"] = database.ConnectionString,
                ["ACQUIRING_KEY_FILE"] = Path.Combine(_keys.FullName, "key"),
                ["Cluster__SiloPort"] = $"{FreePort()}",
                ["Ingest__LinesPerChunk"] = $"{linesPerChunk}",
            },
        })];
    }

    public string Database => _database.ConnectionString;

    public Site this[int silo] => _sites[silo];

    public static async Task<ThreeSilos> StartAsync(TestCluster cluster, int linesPerChunk = 100)
    {
        var silos = new ThreeSilos(await cluster.NewDatabaseAsync(), linesPerChunk);
        for (var i = 0; i < Count; i++)
        {
            await silos.ServeAsync(i);
        }

        return silos;
    }

    public HttpClient Http(int silo) => _http[silo];

    public async Task ServeAsync(int silo)
    {
        _serving[silo] = await _sites[silo].ServeAsync();
        _http[silo] = new HttpClient { BaseAddress = _serving[silo].Http.BaseAddress, Timeout = TimeSpan.FromSeconds(5) };
    }

    /// <summary>A number asked of the database behind the silos' back.</summary>
    public async Task<long> AskAsync(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }

    /// <summary>Its log.</summary>
    public string Said(int silo) => _serving[silo].Said;

    public int ProcessId(int silo) => _serving[silo].ProcessId;

    public Task KillAsync(int silo) => _serving[silo].KillAsync();

    public void Freeze(int silo) => Signal("STOP", silo);

    public void Thaw(int silo) => Signal("CONT", silo);

    /// <summary>A silo that was declared dead while it was frozen ends itself when it learns of it.</summary>
    public async Task<bool> EndsItselfAsync(int silo, TimeSpan within)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < within)
        {
            if (_serving[silo].HasEnded)
            {
                return true;
            }

            await Task.Delay(100);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }

        await _database.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    private void Signal(string name, int silo)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_serving[silo].ProcessId}"]);
        kill.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
