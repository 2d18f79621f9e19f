using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>The job ledger. A module adds its <see cref="IJob"/> and <see cref="IJobTrigger"/> as singletons.</summary>
public static class JobsModule
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobLedger>()
        .AddSingleton<JobCatalog>()
        .AddSingleton<JobTriggers>()
        .AddSingleton<JobWorker>();

    /// <summary>For a process that does the work by itself; where Hangfire does, it is left out.</summary>
    public static IServiceCollection AddJobTickLoop(this IServiceCollection services) => services.AddSingleton<IHostedService, JobTickLoop>();

    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        JobEndpoints.Map(routes);
        return routes;
    }
}
