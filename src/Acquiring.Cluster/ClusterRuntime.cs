using System.Text.Json;
using System.Text.Json.Serialization;
using Acquiring.Backend.Platform;
using Acquiring.Cluster.Changes;
using Acquiring.Cluster.Grains;
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
    /// <summary>Of the machine that answers an operator after a silo's death: longer than Orleans needs to declare it dead.</summary>
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(30);

    public void AddTo(WebApplicationBuilder builder, string connectionString)
    {
        var settings = ClusterSettings.Read(builder.Configuration);
        builder.Services.AddSingleton<ChangeBroadcast>();
        builder.Services.AddSingleton<IHostedService>(s => s.GetRequiredService<ChangeBroadcast>());
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.Name, "acquiring"));
            silo.ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: false);
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (SiloGrains.Invariant, connectionString));
            silo.AddGrainsOn(connectionString);
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = s_responseTimeout);
        });
    }

    public ValueTask<Refusal?> WhyNotReadyAsync(IServiceProvider services)
    {
        var status = services.GetRequiredService<ISiloStatusOracle>().CurrentStatus;
        return new(status == SiloStatus.Active
            ? null
            : Refusal.Of(RefusalKind.Unavailable, "cluster.silo-not-active", new Detail("status", $"{status}")));
    }
}
