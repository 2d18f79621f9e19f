using Acquiring.Backend.Days.Close;
using Acquiring.Backend.Days.WorkingDays;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Days;

/// <summary>Business dates: which clearing files they expect and have, and their close; and which dates are worked.</summary>
public static class DaysModule
{
    /// <summary>The most dates one answer tells.</summary>
    private const int DatesMax = 400;

    private static readonly DateOnly s_first = new(2000, 1, 1);
    private static readonly DateOnly s_last = new(2099, 12, 31);

    public static IServiceCollection AddDays(this IServiceCollection services) =>
        services.AddSingleton<BusinessDayStore>().AddSingleton<CloseDay>().AddSingleton<WorkingDayStore>().AddSingleton<SetWorkingYear>();

    public static IEndpointRouteBuilder MapDays(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/business-days").WithTags("Business days");
        group.MapGet("/", ListAsync)
            .WithName("listBusinessDays").WithSummary("What each date of a range expects, has, and whether it is closed")
            .Produces<Page<BusinessDay>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{date}", async (DateOnly date, BusinessDayStore store, CancellationToken cancellationToken) =>
                OutOfRange(date) ?? Results.Ok((await store.ListAsync(date, date, cancellationToken))[0]))
            .WithName("getBusinessDay").WithSummary("What one date expects, has, and whether it is closed")
            .Produces<BusinessDay>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("/{date}/close", CloseAsync)
            .WithName("closeBusinessDay").WithSummary("Close a date, after the missed ones before it; a repetition changes nothing")
            .Produces<CloseReport>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        WorkingDayEndpoints.Map(routes);
        return routes;
    }

    private static async Task<IResult> ListAsync(BusinessDayStore store, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if ((OutOfRange(from) ?? OutOfRange(to)) is { } refused)
        {
            return refused;
        }

        if (to < from || to.DayNumber - from.DayNumber >= DatesMax)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "days.range",
                new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("to", $"{to:yyyy-MM-dd}"), new Detail("max", $"{DatesMax}")));
        }

        return Results.Ok(new Page<BusinessDay>(await store.ListAsync(from, to, cancellationToken), null));
    }

    private static async Task<IResult> CloseAsync(DateOnly date, CloseRequest? body, CloseDay close, CancellationToken cancellationToken) =>
        OutOfRange(date) ?? (await close.RunAsync(date, body?.Insist ?? false, Actors.Operator, cancellationToken)).ToHttp();

    /// <summary>The dates a clearing file may have; beyond them arithmetic with dates would meet the calendar's end.</summary>
    private static IResult? OutOfRange(DateOnly date) => date >= s_first && date <= s_last
        ? null
        : ProblemResults.Of(Refusal.Of(
            RefusalKind.Invalid, "days.out-of-range",
            new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("first", $"{s_first:yyyy-MM-dd}"), new Detail("last", $"{s_last:yyyy-MM-dd}")));
}

/// <param name="Insist">Close although expected files are missing; those dates count as incomplete.</param>
public sealed record CloseRequest(bool Insist = false);
