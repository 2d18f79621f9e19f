using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Backend.Pricing.Quotes;
using Acquiring.Backend.Pricing.TimeMachine;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Pricing;

/// <summary>Tariffs, merchants' plans, and past days under others. Needs the registry and the platform.</summary>
public static class PricingModule
{
    public static IServiceCollection AddPricing(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(PricingOptions.From(configuration))
        .AddSingleton<FeeExplanations>().AddSingleton<ChangeFeePlan>().AddSingleton<QuoteFeePlan>().AddSingleton<RepricingRows>().AddSingleton<Repricings>();

    public static IEndpointRouteBuilder MapPricing(this IEndpointRouteBuilder routes)
    {
        TariffsEndpoint.Map(routes);
        FeePlanEndpoints.Map(routes);
        FeeExplanations.Map(routes);
        RepricingEndpoints.Map(routes);
        return routes;
    }
}
