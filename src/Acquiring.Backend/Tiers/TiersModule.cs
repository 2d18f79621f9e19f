using Acquiring.Backend.Tiers.Ask;
using Acquiring.Backend.Tiers.Effects;
using Acquiring.Backend.Tiers.Rules;
using Acquiring.Backend.Tiers.Run;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tiers;

/// <summary>Merchants ranked by industry, township, project and group, and graded by activity (domain §4): rules, runs, answers, effects.</summary>
public static class TiersModule
{
    public static IServiceCollection AddTiers(this IServiceCollection services) =>
        services.AddSingleton<RunTiers>().AddSingleton<AdoptTierRules>().AddSingleton<TierWhatIf>().AddSingleton<TierDecisionList>();

    public static IEndpointRouteBuilder MapTiers(this IEndpointRouteBuilder routes)
    {
        TierRuleEndpoints.Map(routes);
        TierEndpoints.Map(routes);
        TierEffectsDue.Map(routes);
        TierRunEndpoint.Map(routes);
        return routes;
    }
}
