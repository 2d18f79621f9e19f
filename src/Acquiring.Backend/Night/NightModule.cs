using Acquiring.Backend.Night.Steps;
using Acquiring.Backend.Platform.Jobs;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Night;

/// <summary>
/// What is done for a business date after it ended, as a chain of jobs: step after step, date after date. Another module adds a step as
/// <see cref="INightStep"/> by <see cref="AddNightStep{T}"/>.
/// </summary>
public static class NightModule
{
    public static IServiceCollection AddNight(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(NightOptions.Of(configuration)).AddSingleton<NightStore>().AddSingleton<AskForNight>().AddSingleton<NightAnswers>()
        .AddSingleton<IJobTrigger, NightTrigger>()
        .AddNightStep<FilesStep>().AddNightStep<CloseStep>().AddNightStep<TiersStep>().AddNightStep<AlarmsStep>();

    public static IServiceCollection AddNightStep<T>(this IServiceCollection services) where T : class, INightStep => services
        .AddSingleton<T>()
        .AddSingleton<INightStep>(s => s.GetRequiredService<T>())
        .AddSingleton<IJob>(s => new NightStepJob(s.GetRequiredService<T>(), s.GetRequiredService<NightStore>()));

    /// <summary>For a process that is no server and yet waits for a night.</summary>
    public static IServiceCollection AddNightLoop(this IServiceCollection services) => services.AddSingleton<IHostedService, NightLoop>();

    public static IEndpointRouteBuilder MapNight(this IEndpointRouteBuilder routes)
    {
        NightEndpoints.Map(routes);
        return routes;
    }
}
