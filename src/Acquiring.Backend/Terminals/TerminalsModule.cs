using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Terminals.BindingCases;
using Acquiring.Backend.Terminals.BindingReports;
using Acquiring.Backend.Terminals.Bindings;
using Acquiring.Backend.Terminals.Inspections;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.Terminals.Plates;
using Acquiring.Backend.Terminals.StockIn;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Idle;
using Acquiring.Core.Terminals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Acquiring.Backend.Terminals;

/// <summary>Terminals, each answered by its grain.</summary>
public static class TerminalsModule
{
    public static IServiceCollection AddTerminals(this IServiceCollection services) =>
        services.AddSingleton<TerminalAddresses>().AddSingleton<TakeTerminalStep>().AddSingleton<TerminalHistoryReader>()
            .AddSingleton<TakeIntoStock>().AddSingleton<BindingHistory>().AddSingleton<BindingReportStore>().AddSingleton<BindingCaseStore>()
            .AddSingleton<InspectionStore>().AddSingleton<IssuePlates>().AddSingleton<PlateReader>();

    public static IEndpointRouteBuilder MapTerminals(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/terminals/{terminal}").WithTags("Terminals");
        group.MapGet("/", ShowAsync)
            .WithName("getTerminal").WithSummary("A terminal's state, holder, volume by day and month, fees, last activity and device")
            .WithDescription("By terminal number, or as `sn:` with the serial number. The ETag is its version, for the If-Match of an act.")
            .Produces<TerminalAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/contacts", ContactAsync)
            .WithName("addTerminalContact").WithSummary("A sign of life from a machine; the latest counts")
            .Produces<ContactAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        TerminalStepEndpoints.Map(group);
        BindingEndpoints.Map(group);
        StockInEndpoint.Map(routes);
        PlateEndpoints.Map(routes);
        BindingReportEndpoints.Map(routes);
        BindingCaseEndpoints.Map(routes);
        InspectionEndpoints.Map(routes, group);
        return routes;
    }

    private static async Task<IResult> ShowAsync(
        string terminal, TerminalAddresses addresses, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
        {
            return ProblemResults.Of(unknown);
        }

        if (await grains.Terminal(no).Activity(cancellationToken) is not { } activity)
        {
            return ProblemResults.Of(TerminalRefusals.Unknown(terminal));
        }

        context.Response.Headers.ETag = IfMatch.ETag(activity.Version);
        return Results.Ok(TerminalAnswer.Of(activity));
    }

    private static async Task<IResult> ContactAsync(
        string terminal, ContactRequest body, TerminalAddresses addresses, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Check() is { } refusal)
        {
            return ProblemResults.Of(refusal);
        }

        if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
        {
            return ProblemResults.Of(unknown);
        }

        return await grains.Terminal(no).Contact(body.Firmware!, body.SignalPercent, cancellationToken) is { } contact
            ? Results.Ok(new ContactAnswer(contact.Firmware, contact.SignalPercent, contact.At))
            : ProblemResults.Of(TerminalRefusals.Unknown(terminal));
    }
}

/// <summary>A terminal as the HTTP interface shows it.</summary>
/// <param name="Version">Also the ETag.</param>
/// <param name="LegalActs">What can be done with it now; none here for a QR plate, see <c>/qr-plates</c>.</param>
/// <param name="ActivitySource">Where <paramref name="LastActivityOn"/> is known from: a sale, the registry, or the installation.</param>
/// <param name="LastContact">What the machine last told of itself; <c>null</c> before its first contact.</param>
public sealed record TerminalAnswer(
    string TerminalNo, string SerialNo, string Model, int Version, TerminalState State, IReadOnlyList<TerminalAct> LegalActs, string? MerchantNo,
    string InstallationAddress, bool Spare, DateOnly InstalledOn,
    DateOnly LastActivityOn, ActivitySource ActivitySource, Money FeeOfDays, Money FeeOfMonths,
    IReadOnlyList<PeriodVolumeAnswer> Days, IReadOnlyList<PeriodVolumeAnswer> Months, ContactAnswer? LastContact)
{
    /// <summary>A card machine, or a QR plate, whose <c>serialNo</c> is its plate code.</summary>
    public TerminalKind Kind { get; init; }

    internal static TerminalAnswer Of(TerminalActivity a) => new(
        a.TerminalNo, a.SerialNo, a.Model, a.Version, a.Standing.State,
        a.Kind == TerminalKind.Pos ? a.Standing.LegalActs : [], a.MerchantNo, a.InstallationAddress, a.Spare, a.InstalledOn, a.LastActivity.On, a.LastActivity.Source,
        PeriodVolumeAnswer.FeeOf(a.Window.Days), PeriodVolumeAnswer.FeeOf(a.Window.Months),
        PeriodVolumeAnswer.Days(a.Window), PeriodVolumeAnswer.Months(a.Window),
        a.Device is { } d ? new ContactAnswer(d.Firmware, d.SignalPercent, d.At) : null)
    {
        Kind = a.Kind,
    };
}

public sealed record ContactAnswer(string Firmware, int? SignalPercent, DateTimeOffset At);
