using System.Text.Json;
using System.Text.Json.Serialization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Cluster.Changes;
using Acquiring.Cluster.Grains;
using Acquiring.Cluster.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Host.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Acquiring.Cluster;

/// <summary>
/// A silo in the process of the API: grains live somewhere in the cluster, their state and the silos' membership in the product's own
/// database. Stopped by a signal, it lets requests end, hands its grains over and leaves.
/// </summary>
public sealed class ClusterRuntime : IHostRuntime
{
    /// <summary>Grains answer in milliseconds. A call to a silo that stands still is given up, and sent again by whoever wants its answer.</summary>
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_saysAlive = TimeSpan.FromSeconds(5);

    /// <summary>All waiting that follows is a multiple of it; a terminal should be served again within a minute of whatever death.</summary>
    private static readonly TimeSpan s_answersProbe = TimeSpan.FromSeconds(2);

    public bool SharesDatabase => true;

    public void AddTo(WebApplicationBuilder builder, string connectionString)
    {
        var settings = ClusterSettings.Read(builder.Configuration);
        builder.Services.AddSingleton<ChangeBroadcast>();
        builder.Services.AddSingleton<IHostedService>(s => s.GetRequiredService<ChangeBroadcast>());
        builder.Services.AddHostedService<IngestLockWatch>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.Name, "acquiring"));
            silo.ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: false);
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (SiloGrains.Invariant, connectionString));
            silo.AddGrainsOn(connectionString);
            // A silo that says nothing in the table for 15 s has no voice: else two that are gone at once leave the third without the votes
            // to declare them dead for a minute and a half.
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                (o.IAmAliveTablePublishTimeout, o.NumMissedTableIAmAliveLimit) = (s_saysAlive, 3);
                o.ProbeTimeout = s_answersProbe;
                // Asking a second silo about a third is worth little among three, and waits a minute when the second is gone too.
                o.EnableIndirectProbes = false;
            });
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = s_responseTimeout);
        });
    }

    public void AddJobsTo(WebApplicationBuilder builder, string connectionString) =>
        builder.Services.AddHangfireJobs(connectionString, HangfireSettings.Read(builder.Configuration));

    public void MapTo(WebApplication app) => app.MapHangfire();

    public ValueTask<Refusal?> WhyNotReadyAsync(IServiceProvider services)
    {
        var status = services.GetRequiredService<ISiloStatusOracle>().CurrentStatus;
        return new(status == SiloStatus.Active
            ? null
            : Refusal.Of(RefusalKind.Unavailable, "cluster.silo-not-active", new Detail("status", $"{status}")));
    }
}
