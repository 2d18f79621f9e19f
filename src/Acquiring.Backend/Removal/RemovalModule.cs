using Acquiring.Backend.Night;
using Acquiring.Backend.Removal.Orders;
using Acquiring.Backend.Removal.Proof;
using Acquiring.Backend.Removal.Run;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Removal;

/// <summary>Idle machines are proposed for removal, ordered, and fetched with a proof from the spot (domain §2).</summary>
public static class RemovalModule
{
    public static IServiceCollection AddRemoval(this IServiceCollection services) =>
        services.AddSingleton<WithdrawRemovals>().AddSingleton<RankBranch>().AddSingleton<DecideRemoval>().AddSingleton<RemovalList>().AddSingleton<TakeProof>()
            .AddSingleton<RemovalPhotos>().AddSingleton<RegisteredPositions>().AddNightStep<RemovalStep>();

    public static IEndpointRouteBuilder MapRemoval(this IEndpointRouteBuilder routes)
    {
        RemovalEndpoints.Map(routes);
        ProofEndpoints.Map(routes);
        return routes;
    }
}
