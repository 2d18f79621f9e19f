using Acquiring.Cluster.Grains;
using Acquiring.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;
using OrleansCluster = Orleans.TestingHost.TestCluster;

namespace Acquiring.Cluster.Tests.Grains;

/// <summary>
/// Orleans' silos in this process, with membership and grain state on a migrated database through the product's own queries and serializers.
/// </summary>
internal sealed class Silos : IAsyncDisposable
{
    private const string ConnectionKey = "Contract:Database";
    private const string ShortKey = "Contract:ShortLimits";

    private readonly bool _ownsDatabase;

    private Silos(TestDatabase database, OrleansCluster cluster, bool ownsDatabase) =>
        (Database, Cluster, _ownsDatabase) = (database, cluster, ownsDatabase);

    public OrleansCluster Cluster { get; }

    public TestDatabase Database { get; }

    public static async Task<Silos> StartAsync(TestDatabase database, short count, bool shortLimits = false, bool ownsDatabase = true)
    {
        var builder = new TestClusterBuilder(count);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.UseTestClusterMembership = false;
        builder.Options.ServiceId = "acquiring";
        builder.Properties[ConnectionKey] = database.ConnectionString;
        builder.Properties[ShortKey] = shortLimits.ToString();
        builder.AddSiloBuilderConfigurator<SiloSettings>();
        builder.AddClientBuilderConfigurator<ClientSettings>();
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(database, cluster, ownsDatabase);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        if (_ownsDatabase)
        {
            await Database.DisposeAsync();
        }
    }

    private static TimeSpan ResponseTimeout(IConfiguration configuration) =>
        bool.Parse(configuration[ShortKey]!) ? Limits.ShortResponseTimeout : Limits.ResponseTimeout;

    public static class Limits
    {
        public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);
        public static readonly TimeSpan IdleAge = TimeSpan.FromMinutes(15);
        public static readonly TimeSpan ShortResponseTimeout = TimeSpan.FromSeconds(4);
        public static readonly TimeSpan ShortIdleAge = TimeSpan.FromSeconds(4);
        public static readonly TimeSpan LateBy = TimeSpan.FromSeconds(3);
    }

    private sealed class SiloSettings : IHostConfigurator
    {
        public void Configure(IHostBuilder hostBuilder) => hostBuilder.UseOrleans((context, silo) =>
        {
            var connection = context.Configuration[ConnectionKey]!;
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (SiloGrains.Invariant, connection));
            silo.AddGrainsOn(connection);
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout(context.Configuration));
            if (bool.Parse(context.Configuration[ShortKey]!))
            {
                silo.Configure<GrainCollectionOptions>(o =>
                    (o.CollectionAge, o.CollectionQuantum) = (Limits.ShortIdleAge, TimeSpan.FromSeconds(1)));
            }
        });
    }

    private sealed class ClientSettings : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            clientBuilder.UseAdoNetClustering(o =>
                (o.Invariant, o.ConnectionString) = (SiloGrains.Invariant, configuration[ConnectionKey]!));
            clientBuilder.Services.AddSerializer(serializer => serializer.Services.AddCoreTypes());
            clientBuilder.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout(configuration));
        }
    }
}
