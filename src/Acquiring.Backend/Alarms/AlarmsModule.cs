using Acquiring.Backend.Alarms.Ask;
using Acquiring.Backend.Alarms.Run;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Alarms;

/// <summary>What somebody should look at, raised and ended by the nights (domain §6).</summary>
public static class AlarmsModule
{
    public static IServiceCollection AddAlarms(this IServiceCollection services) =>
        services.AddSingleton<RunAlarms>().AddSingleton<AlarmList>().AddSingleton<AcknowledgeAlarm>();

    public static IEndpointRouteBuilder MapAlarms(this IEndpointRouteBuilder routes)
    {
        AlarmEndpoints.Map(routes);
        AlarmRunEndpoint.Map(routes);
        return routes;
    }
}
