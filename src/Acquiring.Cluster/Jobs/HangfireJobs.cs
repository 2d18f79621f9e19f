using Hangfire;
using Hangfire.AspNetCore;

namespace Acquiring.Cluster.Jobs;

/// <summary>Hangfire in a silo's process: its storage, one server, the recurring call. docs/decisions/0012.</summary>
internal static class HangfireJobs
{
    /// <summary>How long a stopping server waits for its workers, which give their shards back as soon as they hear of it.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(15);

    public static IServiceCollection AddHangfireJobs(this IServiceCollection services, string connectionString, HangfireSettings settings)
    {
        services.AddLogging(logging => logging.AddFilter("Hangfire", LogLevel.Warning));
        services.AddSingleton(settings);
        // Ours and not the static ones: of two hosts in a process each keeps its own.
        services.AddSingleton<JobStorage>(_ => HangfireStorage.Open(connectionString, settings));
        services.AddSingleton<JobActivator>(s => new AspNetCoreJobActivator(s.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<DueShards>();
        services.AddTransient<ShardCalls>();
        services.AddHostedService<AskedJobs>();
        services.AddHangfireServer((_, server) =>
        {
            server.ServerName = $"{Environment.MachineName}/{Environment.ProcessId}";
            server.WorkerCount = settings.Workers;
            server.Queues = [ShardCalls.Queue];
            server.ShutdownTimeout = s_drain;
        });
        return services;
    }
}
