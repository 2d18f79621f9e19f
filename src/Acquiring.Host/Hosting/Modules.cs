using Acquiring.Backend.Books;
using Acquiring.Backend.Days;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions;
using Acquiring.Backend.Transactions.Volumes;

namespace Acquiring.Host.Hosting;

/// <summary>Every module of the product, once.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) =>
        services.AddPlatform().AddRegistry().AddTransactions().AddVolumes().AddDays().AddIdleSweep().AddBooks();

    public static IEndpointRouteBuilder MapModules(this IEndpointRouteBuilder api) =>
        api.MapPlatform().MapRegistry().MapTransactions().MapVolumes().MapDays().MapIdleSweep().MapBooks();
}
