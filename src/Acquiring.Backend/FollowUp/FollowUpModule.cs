using Acquiring.Backend.FollowUp.Run;
using Acquiring.Backend.FollowUp.Tasks;
using Acquiring.Backend.Night;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.FollowUp;

/// <summary>What follows a finding of an idle machine: tasks of account managers, made by the night and done by people.</summary>
public static class FollowUpModule
{
    public static IServiceCollection AddFollowUp(this IServiceCollection services) =>
        services.AddSingleton<TakeFollowUpAct>().AddSingleton<FollowUpList>().AddNightStep<FollowStep>();

    public static IEndpointRouteBuilder MapFollowUp(this IEndpointRouteBuilder routes)
    {
        FollowUpEndpoints.Map(routes);
        return routes;
    }
}
