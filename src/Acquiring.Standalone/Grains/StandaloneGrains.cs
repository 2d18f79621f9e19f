using System.Reflection;
using Acquiring.Standalone.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Acquiring.Standalone.Grains;

/// <summary>Puts the in-process grain runtime into the services of a host.</summary>
public static class StandaloneGrains
{
    /// <summary>
    /// Registers <see cref="IGrainFactory"/> for the grain classes of <paramref name="assemblies"/>. Grain state goes to PostgreSQL (an
    /// <c>NpgsqlDataSource</c> of the services) unless another <see cref="IGrainStateStore"/> is registered before. The host's stop
    /// answers the
    /// calls that wait and deactivates every grain.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configure">Changes limits; null keeps the defaults.</param>
    /// <param name="assemblies">Where grain classes are.</param>
    /// <exception cref="InvalidOperationException">Two classes on one interface or state name, or a method that cannot become a
    /// message.</exception>
    public static IServiceCollection AddStandaloneGrains(
        this IServiceCollection services, Action<GrainOptions>? configure, params Assembly[] assemblies)
    {
        var options = new GrainOptions();
        configure?.Invoke(options);
        var catalog = GrainCatalog.Of(assemblies);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IGrainStateStore, PostgresGrainStateStore>();
        services.AddLogging();
        services.AddSingleton(provider => new GrainRuntime(catalog, options, provider));
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainRuntime>());
        services.AddHostedService<Lifetime>();
        return services;
    }

    private sealed class Lifetime(GrainRuntime runtime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => runtime.StopAsync(cancellationToken);
    }
}
