using Acquiring.Backend.Registry.Import;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Registry;

/// <summary>Whom we acquire for, at what price, with which machines. Needs <c>AddPersonalData</c> and the platform.</summary>
public static class RegistryModule
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services.AddSingleton<RegistryImport>().AddSingleton<RegistrySnapshots>()
        .AddSingleton<RegistryView>();

    public static IEndpointRouteBuilder MapRegistry(this IEndpointRouteBuilder routes)
    {
        routes.MapRegistryImport();
        return routes;
    }
}
