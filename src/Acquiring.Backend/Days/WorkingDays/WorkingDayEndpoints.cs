using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Days.WorkingDays;

/// <summary>Holidays, weekends worked instead, and the working days that are counted by them.</summary>
internal static class WorkingDayEndpoints
{
    private const int CountMax = 400;
    private static readonly DateOnly s_first = new(2000, 1, 1);
    private static readonly DateOnly s_last = new(2098, 12, 31);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/working-calendar").WithTags("Working calendar");
        group.MapGet("/{year:int}", async (int year, HttpContext context, WorkingDayStore store, CancellationToken cancellationToken) =>
            {
                if (year is < 2000 or > 2099)
                {
                    return ProblemResults.Of(WorkingDayRefusals.Year(year));
                }

                var answer = await store.YearAsync(year, cancellationToken);
                context.Response.Headers.ETag = IfMatch.ETag(answer.Version);
                return Results.Ok(answer);
            })
            .WithName("getWorkingYear").WithSummary("Holidays of a year and the weekends worked instead; the ETag is its version, 0 where it is not known")
            .Produces<WorkingYearAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPut("/{year:int}", async (
                int year, SetWorkingYearRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, SetWorkingYear set,
                CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await set.RunAsync(year, request, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(answer =>
                    {
                        context.Response.Headers.ETag = IfMatch.ETag(answer.Version);
                        return Results.Ok(answer);
                    });
            })
            .WithName("setWorkingYear").WithSummary("Take the holidays of a year and the weekends worked instead, as decreed")
            .WithDescription(
                "The whole year: what is left out is an ordinary day again. Needs the year's ETag in If-Match, \"0\" for one that is not known. " +
                "Days that are over stay as they were counted by.")
            .Produces<WorkingYearAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        group.MapGet("/working-day", CountAsync)
            .WithName("countWorkingDays").WithSummary("The working day that comes so many working days after a date; with 1 it is T+1")
            .Produces<CalendarDayAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> CountAsync(
        WorkingDayStore store, TimeProvider clock, DateOnly? after, int? workingDays, CancellationToken cancellationToken)
    {
        var from = after ?? BusinessTime.Today(clock);
        var count = workingDays ?? 1;
        if (from < s_first || from > s_last || count is < 0 or > CountMax)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "calendar.count", new Detail("first", $"{s_first:yyyy-MM-dd}"), new Detail("last", $"{s_last:yyyy-MM-dd}"),
                new Detail("max", $"{CountMax}")));
        }

        var calendar = await store.CalendarAsync(cancellationToken);
        var on = calendar.Add(from, count);
        // Assumed as soon as any year that was counted over is not known.
        var assumed = Enumerable.Range(from.Year, on.Year - from.Year + 1).Any(y => calendar.IsAssumed(new(y, 1, 1)));
        return Results.Ok(new CalendarDayAnswer(on, calendar.KindOf(on), true, calendar.NameOf(on), assumed));
    }
}
