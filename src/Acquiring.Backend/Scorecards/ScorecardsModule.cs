using Acquiring.Backend.Night;
using Acquiring.Backend.Scorecards.Ask;
using Acquiring.Backend.Scorecards.Count;
using Acquiring.Backend.Scorecards.Rows;
using Acquiring.Backend.Scorecards.Targets;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Scorecards;

/// <summary>What branches and account managers come to in a period (domain §1.9): counted each night, with targets and last year beside it.</summary>
public static class ScorecardsModule
{
    public static IServiceCollection AddScorecards(this IServiceCollection services) => services
        .AddSingleton<ScorecardReader>().AddSingleton<ScorecardRowsReader>().AddSingleton<SetScorecardTarget>().AddNightStep<ReportsStep>();

    public static IEndpointRouteBuilder MapScorecards(this IEndpointRouteBuilder routes)
    {
        ScorecardEndpoints.Map(routes);
        return routes;
    }
}
