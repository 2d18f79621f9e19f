using Acquiring.Backend.IdlePolicies.Ask;
using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Night;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.IdlePolicies;

/// <summary>Which terminals are found idle beyond the two legal clocks (domain §2): policies, the night's verdicts, answers.</summary>
public static class IdlePoliciesModule
{
    public static IServiceCollection AddIdlePolicies(this IServiceCollection services) =>
        services.AddSingleton<RunIdlePolicies>().AddSingleton<AdoptIdlePolicy>().AddSingleton<IdleWhatIf>().AddSingleton<IdleVerdictList>().AddNightStep<IdleStep>();

    public static IEndpointRouteBuilder MapIdlePolicies(this IEndpointRouteBuilder routes)
    {
        IdlePolicyEndpoints.Map(routes);
        IdleVerdictEndpoints.Map(routes);
        return routes;
    }
}
