using Acquiring.Backend.Days.Close;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Days;

/// <summary>Business dates: which clearing files they expect and have, and their close.</summary>
public static class DaysModule
{
    /// <summary>The most dates one answer tells.</summary>
    private const int DatesMax = 400;

    public static IServiceCollection AddDays(this IServiceCollection services) =>
        services.AddSingleton<BusinessDayStore>().AddSingleton<CloseDay>();

    public static IEndpointRouteBuilder MapDays(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/business-days").WithTags("Business days");
        group.MapGet("/", ListAsync)
            .WithName("listBusinessDays").WithSummary("What each date of a range expects, has, and whether it is closed")
            .Produces<Page<BusinessDay>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{date}", async (DateOnly date, BusinessDayStore store, CancellationToken cancellationToken) =>
                Results.Ok((await store.ListAsync(date, date, cancellationToken))[0]))
            .WithName("getBusinessDay").WithSummary("What one date expects, has, and whether it is closed")
            .Produces<BusinessDay>();
        group.MapPost("/{date}/close", CloseAsync)
            .WithName("closeBusinessDay").WithSummary("Close a date, after the missed ones before it; a repetition changes nothing")
            .Produces<CloseReport>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return routes;
    }

    private static async Task<IResult> ListAsync(BusinessDayStore store, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (to < from || to.DayNumber - from.DayNumber >= DatesMax)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "days.range",
                new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("to", $"{to:yyyy-MM-dd}"), new Detail("max", $"{DatesMax}")));
        }

        return Results.Ok(new Page<BusinessDay>(await store.ListAsync(from, to, cancellationToken), null));
    }

    private static async Task<IResult> CloseAsync(DateOnly date, CloseRequest? body, CloseDay close, CancellationToken cancellationToken) =>
        (await close.RunAsync(date, body?.Insist ?? false, Actors.Operator, cancellationToken)).ToHttp();
}

/// <param name="Insist">Close although expected files are missing; those dates count as incomplete.</param>
public sealed record CloseRequest(bool Insist = false);
