using Acquiring.Backend.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.IdleSweep;

/// <summary>Which terminals are idle (domain §2): judged at each close of a business day, and computed on demand for any date.</summary>
public static class IdleSweepModule
{
    public static IServiceCollection AddIdleSweep(this IServiceCollection services) => services.AddSingleton<IdleTerminalStore>();

    public static IEndpointRouteBuilder MapIdleSweep(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/idle-terminals", IdleTerminalsEndpoint.ListAsync)
            .WithName("listIdleTerminals").WithTags("Idle").WithSummary("Terminals idle on a date, computed from the history known now")
            .Produces<Page<IdleTerminal>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/idle-findings", IdleFindingsEndpoint.ListAsync)
            .WithName("listIdleFindings").WithTags("Idle").WithSummary("What the closes of business days found, oldest first")
            .Produces<Page<IdleFinding>>().ProducesProblem(StatusCodes.Status400BadRequest);
        return routes;
    }
}
