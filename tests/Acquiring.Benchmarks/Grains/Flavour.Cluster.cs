using System.CommandLine;
using Acquiring.Cluster.Grains;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Acquiring.Benchmarks.Grains;

/// <summary>One silo of Orleans in this process; calls do not leave it.</summary>
internal static class Flavour
{
    /// <summary>The journal is measured in the default build.</summary>
    public static IReadOnlyList<Command> Commands => [GrainsCommand.Build()];

    public const string Name = "Orleans, one silo in process";

    public static IHost Build(NpgsqlDataSource database, string connectionString)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            silo.AddGrainsOn(connectionString);
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMinutes(10));
        });
        return builder.Build();
    }
}
