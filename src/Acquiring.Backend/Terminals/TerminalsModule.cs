using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Idle;
using Acquiring.Core.Refusals;
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
    public static IServiceCollection AddTerminals(this IServiceCollection services) => services;

    public static IEndpointRouteBuilder MapTerminals(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/terminals/{terminalNo}").WithTags("Terminals");
        group.MapGet("/", ShowAsync)
            .WithName("getTerminal").WithSummary("A terminal's volume by day and month, fees, last activity and device")
            .Produces<TerminalAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/contacts", ContactAsync)
            .WithName("addTerminalContact").WithSummary("A sign of life from a machine; the latest counts")
            .Produces<ContactAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<IResult> ShowAsync(string terminalNo, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var activity = TerminalNo.TryParse(terminalNo, out var no) ? await grains.Terminal(no).Activity(cancellationToken) : null;
        return activity is null ? ProblemResults.Of(Unknown(terminalNo)) : Results.Ok(TerminalAnswer.Of(activity));
    }

    private static async Task<IResult> ContactAsync(
        string terminalNo, ContactRequest body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Check() is { } refusal)
        {
            return ProblemResults.Of(refusal);
        }

        var contact = TerminalNo.TryParse(terminalNo, out var no)
            ? await grains.Terminal(no).Contact(body.Firmware!, body.SignalPercent, cancellationToken)
            : null;
        return contact is null
            ? ProblemResults.Of(Unknown(terminalNo))
            : Results.Ok(new ContactAnswer(contact.Firmware, contact.SignalPercent, contact.At));
    }

    private static Refusal Unknown(string terminalNo) =>
        Refusal.Of(RefusalKind.NotFound, "terminal.unknown", new Detail("terminalNo", terminalNo));
}

/// <summary>A terminal as the HTTP interface shows it.</summary>
/// <param name="ActivitySource">Where <paramref name="LastActivityOn"/> is known from: a sale, the registry, or the installation.</param>
/// <param name="LastContact">What the machine last told of itself; <c>null</c> before its first contact.</param>
public sealed record TerminalAnswer(
    string TerminalNo, string SerialNo, string Model, string? MerchantNo, bool Spare, DateOnly InstalledOn,
    DateOnly LastActivityOn, ActivitySource ActivitySource, Money FeeOfDays, Money FeeOfMonths,
    IReadOnlyList<PeriodVolumeAnswer> Days, IReadOnlyList<PeriodVolumeAnswer> Months, ContactAnswer? LastContact)
{
    internal static TerminalAnswer Of(TerminalActivity a) => new(
        a.TerminalNo, a.SerialNo, a.Model, a.MerchantNo, a.Spare, a.InstalledOn, a.LastActivity.On, a.LastActivity.Source,
        PeriodVolumeAnswer.FeeOf(a.Window.Days), PeriodVolumeAnswer.FeeOf(a.Window.Months),
        PeriodVolumeAnswer.Days(a.Window), PeriodVolumeAnswer.Months(a.Window),
        a.Device is { } d ? new ContactAnswer(d.Firmware, d.SignalPercent, d.At) : null);
}

public sealed record ContactAnswer(string Firmware, int? SignalPercent, DateTimeOffset At);
