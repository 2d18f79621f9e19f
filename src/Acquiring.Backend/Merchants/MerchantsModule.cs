using Acquiring.Backend.Merchants.Limits;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Idle;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Backend.Merchants;

/// <summary>Merchants, each answered by its grain.</summary>
public static class MerchantsModule
{
    public static IServiceCollection AddMerchants(this IServiceCollection services) =>
        services.AddSingleton<VolumeWindowLoader>().AddSingleton<SetLimits>();

    public static IEndpointRouteBuilder MapMerchants(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/merchants/{merchantNo}", async (string merchantNo, IGrainFactory grains, CancellationToken cancellationToken) =>
            {
                var activity = MerchantNo.TryParse(merchantNo, out var no) ? await grains.Merchant(no).Activity(cancellationToken) : null;
                return activity is null ? ProblemResults.Of(Unknown(merchantNo)) : Results.Ok(MerchantAnswer.Of(activity));
            })
            .WithName("getMerchant").WithTags("Merchants").WithSummary("A merchant's volume by day and month, fees, terminals and last activity")
            .Produces<MerchantAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        LimitsEndpoint.Map(routes);
        return routes;
    }

    private static Refusal Unknown(string merchantNo) =>
        Refusal.Of(RefusalKind.NotFound, "merchant.unknown", new Detail("merchantNo", merchantNo));
}

/// <summary>A merchant as the HTTP interface shows it.</summary>
/// <param name="Days">The last 31 days that had any volume.</param>
/// <param name="Months">The last 13 calendar months that had any, the present one included.</param>
/// <param name="FeeOfDays">Fees less fees given back, over <paramref name="Days"/>.</param>
/// <param name="FeeOfMonths">The same over <paramref name="Months"/>.</param>
public sealed record MerchantAnswer(
    string MerchantNo, string Name, string Mcc, string BranchCode, string Township, DateOnly? LastSaleOn,
    Money FeeOfDays, Money FeeOfMonths, IReadOnlyList<PeriodVolumeAnswer> Days, IReadOnlyList<PeriodVolumeAnswer> Months,
    IReadOnlyList<MerchantTerminalAnswer> Terminals)
{
    internal static MerchantAnswer Of(MerchantActivity a) => new(
        a.MerchantNo, a.Name, a.Mcc, a.BranchCode, a.Township, a.LastSaleOn, PeriodVolumeAnswer.FeeOf(a.Window.Days),
        PeriodVolumeAnswer.FeeOf(a.Window.Months), PeriodVolumeAnswer.Days(a.Window), PeriodVolumeAnswer.Months(a.Window),
        [.. a.Terminals.Select(MerchantTerminalAnswer.Of)]);
}

/// <param name="ActivitySource">Where <paramref name="LastActivityOn"/> is known from: a sale, the registry, or the installation.</param>
public sealed record MerchantTerminalAnswer(string TerminalNo, bool Spare, DateOnly LastActivityOn, ActivitySource ActivitySource)
{
    internal static MerchantTerminalAnswer Of(MerchantTerminal t)
    {
        var activity = new TerminalHistory(t.Spare, t.LastSaleOn, t.KnownActivityOn, t.InstalledOn).LastActivity;
        return new(t.TerminalNo, t.Spare, activity.On, activity.Source);
    }
}
