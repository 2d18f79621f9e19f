using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Webhooks;

/// <summary>Others hear of each committed change.</summary>
public static class WebhooksModule
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(WebhookOptions.Of(configuration)).AddSingleton<WebhookStore>().AddSingleton<DeliveryQueue>()
            .AddSingleton<DeliveryLog>().AddSingleton<WebhookClient>().AddSingleton<DeliverEvents>().AddHostedService<WebhookWorker>();

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder routes)
    {
        WebhookEndpoints.Map(routes);
        return routes;
    }
}
