using Acquiring.Backend.Days;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Platform;

namespace Acquiring.Host.Hosting;

/// <summary>Every module of the product, once.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) =>
        services.AddPlatform().AddDays().AddIdleSweep();

    public static IEndpointRouteBuilder MapModules(this IEndpointRouteBuilder api) =>
        api.MapPlatform().MapDays().MapIdleSweep();
}
