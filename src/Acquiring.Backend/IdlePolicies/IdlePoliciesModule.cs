using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Night;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.IdlePolicies;

/// <summary>Which terminals are found idle beyond the two legal clocks (domain §2): policies, the night's verdicts, answers.</summary>
public static class IdlePoliciesModule
{
    public static IServiceCollection AddIdlePolicies(this IServiceCollection services) =>
        services.AddSingleton<RunIdlePolicies>().AddNightStep<IdleStep>();

    public static IEndpointRouteBuilder MapIdlePolicies(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
