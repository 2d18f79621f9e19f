using Acquiring.Backend.Loans;
using Acquiring.Backend.Merchants.Attributes;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Merchants.Bulk;
using Acquiring.Backend.Merchants.Groups;
using Acquiring.Backend.Merchants.Handover;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Merchants.Limits;
using Acquiring.Backend.Merchants.Mcc;
using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Night;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.Bulk;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Idle;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Backend.Merchants;

/// <summary>Merchants, each answered by its grain.</summary>
public static class MerchantsModule
{
    public static IServiceCollection AddMerchants(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton<VolumeWindowLoader>().AddSingleton<SetLimits>()
            .AddSingleton<TakeMerchantStep>().AddSingleton<MerchantHistory>().AddSingleton<MerchantActs>()
            .AddSingleton<ChangeAttribute>().AddSingleton<AttributeRows>().AddSingleton<ChangeMcc>()
            .AddSingleton<GroupReader>().AddSingleton<ChangeGroup>().AddSingleton<ImportGroups>()
            .AddSingleton<HandOverMerchants>().AddSingleton<AccountManagers>()
            .AddSingleton(BlacklistOptions.From(configuration)).AddSingleton<ScanForListed>().AddSingleton<ImportBlacklist>()
            .AddSingleton<BlacklistCases>().AddSingleton<DecideBlacklistCase>().AddSingleton<GradeMerchant>()
            .AddSingleton<IBulkTarget, BulkMerchantActs>()
            .AddNightStep<RiskStep>();

    public static IEndpointRouteBuilder MapMerchants(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/merchants/{merchantNo}", async (
                string merchantNo, HttpContext context, IGrainFactory grains, RegistryView registry, TextCatalog texts, LoanReader loans,
                CancellationToken cancellationToken) =>
            {
                var activity = MerchantNo.TryParse(merchantNo, out var no) ? await grains.Merchant(no).Activity(cancellationToken) : null;
                if (activity is null)
                {
                    return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
                }

                context.Response.Headers.ETag = IfMatch.ETag(activity.Version);
                var tariffs = (await registry.CurrentAsync(cancellationToken)).Tariffs;
                var suspicion = MccArbitrage.Judge(
                    new(activity.Mcc, tariffs.IsWholesale(activity.Mcc), activity.Name, activity.MainBusiness, activity.MccBefore, activity.IsAuthorised4S),
                    default, new());
                return Results.Ok(MerchantAnswer.Of(activity) with
                {
                    MccWarnings = MccWarningAnswer.Of(suspicion, texts, context), Loans = await loans.OfMerchantAsync(merchantNo, cancellationToken),
                });
            })
            .WithName("getMerchant").WithTags("Merchants")
            .WithSummary("A merchant's standing and its holds, volume by day and month, fees, terminals and last activity")
            .WithDescription("The ETag is its version, for the If-Match of an act.")
            .Produces<MerchantAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        LimitsEndpoint.Map(routes);
        LifecycleEndpoints.Map(routes);
        AttributeEndpoints.Map(routes);
        MccEndpoints.Map(routes);
        GroupEndpoints.Map(routes);
        HandoverEndpoints.Map(routes);
        BulkMerchantEndpoints.Map(routes);
        BlacklistEndpoints.Map(routes);
        RiskEndpoints.Map(routes);
        return routes;
    }
}

/// <summary>A merchant as the HTTP interface shows it.</summary>
/// <param name="Mcc">The one in force.</param>
/// <param name="Version">Also the ETag.</param>
/// <param name="Holds">Open restrictions and suspensions: who set them, why, and what lifts them.</param>
/// <param name="LegalActs">What can be done with it now.</param>
/// <param name="Days">The last 31 days that had any volume.</param>
/// <param name="Months">The last 13 calendar months that had any, the present one included.</param>
/// <param name="FeeOfDays">Fees less fees given back, over <paramref name="Days"/>.</param>
/// <param name="FeeOfMonths">The same over <paramref name="Months"/>.</param>
public sealed record MerchantAnswer(
    string MerchantNo, string Name, string Mcc, string BranchCode, string Township, int Version, MerchantState State,
    IReadOnlyList<MerchantHoldAnswer> Holds, IReadOnlyList<MerchantAct> LegalActs, DateOnly? LastSaleOn, Money FeeOfDays, Money FeeOfMonths, IReadOnlyList<PeriodVolumeAnswer> Days, IReadOnlyList<PeriodVolumeAnswer> Months,
    IReadOnlyList<MerchantTerminalAnswer> Terminals)
{
    /// <summary>The risk grade in force today; null for a merchant that was never graded.</summary>
    public Core.Merchants.Risk.RiskGrade? Risk { get; init; }

    /// <summary>The part of <see cref="Days"/> that came by QR plates; the rest came by machines.</summary>
    public IReadOnlyList<PeriodVolumeAnswer> PlateDays { get; init; } = [];

    /// <summary>The same of <see cref="Months"/>.</summary>
    public IReadOnlyList<PeriodVolumeAnswer> PlateMonths { get; init; } = [];

    /// <summary>Its loans open today, in sum; null without one.</summary>
    public MerchantLoansAnswer? Loans { get; init; }

    /// <summary>As over the door; empty where nobody told it.</summary>
    public string TradeName { get; init; } = "";

    /// <summary>An MCC that is decided and begins later.</summary>
    public DatedMcc? MccToCome { get; init; }

    /// <summary>Known disguises that something other than its sales speaks for; the time machine looks at sales too.</summary>
    public IReadOnlyList<MccWarningAnswer> MccWarnings { get; init; } = [];

    internal static MerchantAnswer Of(MerchantActivity a) => new(
        a.MerchantNo, a.Name, a.Mcc, a.BranchCode, a.Township, a.Version, a.Standing.State, MerchantHoldAnswer.Of(a.Standing),
        MerchantStanding.LegalFrom(a.Standing.State), a.LastSaleOn, PeriodVolumeAnswer.FeeOf(a.Window.Days),
        PeriodVolumeAnswer.FeeOf(a.Window.Months), PeriodVolumeAnswer.Days(a.Window), PeriodVolumeAnswer.Months(a.Window),
        [.. a.Terminals.Select(MerchantTerminalAnswer.Of)])
    {
        TradeName = a.TradeName,
        PlateDays = PeriodVolumeAnswer.Days(a.Plates),
        PlateMonths = PeriodVolumeAnswer.Months(a.Plates),
        Risk = a.Risk,
        MccToCome = a.MccToCome,
    };
}

/// <param name="ActivitySource">Where <paramref name="LastActivityOn"/> is known from: a sale, the registry, or the installation.</param>
public sealed record MerchantTerminalAnswer(string TerminalNo, bool Spare, DateOnly LastActivityOn, ActivitySource ActivitySource)
{
    /// <summary>A card machine or a QR plate.</summary>
    public Core.Terminals.TerminalKind Kind { get; init; }

    internal static MerchantTerminalAnswer Of(MerchantTerminal t)
    {
        var activity = new TerminalHistory(t.Spare, t.LastSaleOn, t.KnownActivityOn, t.InstalledOn).LastActivity;
        return new(t.TerminalNo, t.Spare, activity.On, activity.Source) { Kind = t.Kind };
    }
}
