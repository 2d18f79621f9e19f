using Acquiring.Testing;
using Acquiring.Cluster.Tests.Grains;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans;

namespace Acquiring.GrainContract;

/// <summary>The contract on Orleans. Calls come over the wire, from a client of the cluster, unless a test asks for those within a silo.</summary>
internal static class GrainHosts
{
    public static async Task<IGrainHost> StartAsync(bool shortLimits) =>
        new OrleansGrainHost(await SharedSilos.GetAsync(shortLimits), shortLimits, fromWithin: false, isOwn: false);

    public static async Task<IGrainHost> WithinASiloAsync(bool shortLimits) =>
        new OrleansGrainHost(await SharedSilos.GetAsync(shortLimits), shortLimits, fromWithin: true, isOwn: false);

    /// <summary>Calls come from within: a client would lose its connection with the silo.</summary>
    public static async Task<IGrainHost> StartOwnAsync() =>
        new OrleansGrainHost(await SharedSilos.StartOwnAsync(1), shortLimits: false, fromWithin: true, isOwn: true);
}

internal sealed class OrleansGrainHost(Silos silos, bool shortLimits, bool fromWithin, bool isOwn) : IGrainHost
{
    public IGrainFactory Grains { get; } = fromWithin
        ? silos.Cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>()
        : silos.Cluster.Client;

    public TimeSpan ResponseTimeout => shortLimits ? Silos.Limits.ShortResponseTimeout : Silos.Limits.ResponseTimeout;

    public TimeSpan IdleAge => shortLimits ? Silos.Limits.ShortIdleAge : Silos.Limits.IdleAge;

    public TimeSpan LateBy => Silos.Limits.LateBy;

    public Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    public async Task WriteBehindItsBackAsync(string stateName, string grainKey, string json)
    {
        await using var command = silos.Database.DataSource.CreateCommand("""
            insert into grain_state (state_name, grain_key, payload, changed_at, version)
            values ($1, $2, $3::jsonb, now(), 1)
            on conflict (state_name, grain_key) do update set payload = excluded.payload, version = grain_state.version + 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stateName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grainKey });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = json });
        await command.ExecuteNonQueryAsync();
    }

    public Task StopAsync() => silos.Cluster.StopAllSilosAsync();

    public ValueTask DisposeAsync() => isOwn ? silos.DisposeAsync() : ValueTask.CompletedTask;
}

/// <summary>Silos that tests share, since starting one takes seconds; started when the first test asks.</summary>
public sealed class SharedSilos : IAsyncDisposable
{
    private static readonly TestCluster Databases = new();
    private static readonly Lazy<Task<Silos>> Usual = new(() => StartOwnAsync(1));
    private static readonly Lazy<Task<Silos>> Short = new(() => StartOwnAsync(1, shortLimits: true));

    internal static Task<Silos> GetAsync(bool shortLimits) => (shortLimits ? Short : Usual).Value;

    internal static async Task<Silos> StartOwnAsync(short count, bool shortLimits = false) =>
        await Silos.StartAsync(await Databases.NewDatabaseAsync(), count, shortLimits);

    public async ValueTask DisposeAsync()
    {
        foreach (var silos in (Lazy<Task<Silos>>[])[Usual, Short])
        {
            if (silos.IsValueCreated)
            {
                await (await silos.Value).DisposeAsync();
            }
        }

        await Databases.DisposeAsync();
    }
}
