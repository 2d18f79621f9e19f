using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.Bulk;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Platform.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Platform;

/// <summary>The plumbing every module stands on; no business word in it.</summary>
public static class PlatformModule
{
    public static IServiceCollection AddPlatform(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(o => PlatformJson.Configure(o.SerializerOptions));
        // Else the framework answers a bad parameter by itself, with an empty body.
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddExceptionHandler<FailureHandler>();
        services.AddSingleton<OperationRegistry>().AddSingleton<OperationStore>().AddSingleton<OperationKeeper>();
        services.AddHostedService(s => s.GetRequiredService<OperationKeeper>());
        services.AddSingleton<BulkActs>();
        services.AddSingleton<ChangeCounter>();
        services.AddSingleton<RequestClaims>().AddHostedService<ForgetOldKeys>();
        return services.AddJobs();
    }

    /// <summary>After what turns failures into answers: a failure must pass through here first.</summary>
    public static IApplicationBuilder UseRepeatedRequests(this IApplicationBuilder app) => app.UseMiddleware<RepeatedRequests>();

    public static IEndpointRouteBuilder MapPlatform(this IEndpointRouteBuilder routes) => routes.MapOperations().MapBulk().MapJobs();
}
