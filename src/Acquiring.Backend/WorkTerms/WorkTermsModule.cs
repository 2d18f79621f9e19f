using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.WorkTerms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Acquiring.Backend.WorkTerms;

/// <summary>The dated numbers that work on idle machines goes by.</summary>
public static class WorkTermsModule
{
    public static IServiceCollection AddWorkTerms(this IServiceCollection services) => services.AddSingleton<SetWorkTerm>();

    public static IEndpointRouteBuilder MapWorkTerms(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/work-terms").WithTags("Follow-up");
        group.MapGet("", ListAsync)
            .WithName("listWorkTerms").WithSummary("The numbers that work on idle machines goes by, with date, branch and source")
            .WithDescription(
                "Of a date counts the latest on or before it, of the nearest branch upwards that has one. The ETag is for the If-Match of setWorkTerm. The latest " +
                "500 of each term are told.")
            .Produces<Page<WorkTermAnswer>>();
        group.MapPost("", async (
                SetWorkTermRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, SetWorkTerm terms, CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var calendar, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, calendar });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await terms.RunAsync(request, calendar, Actors.Operator, key.Value, cancellationToken)).ToHttp(set =>
                    {
                        context.Response.Headers.ETag = IfMatch.ETag(set.Calendar);
                        return Results.Ok(set);
                    });
            })
            .WithName("setWorkTerm").WithSummary("Set a number for a branch and all below it, from a business date on")
            .WithDescription(
                "From tomorrow on at the earliest. Needs the ETag of the list in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<WorkTermSetAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        return routes;
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            select term, value, branch_code, effective_from, source, why, set_by, set_at, (select count(*) from work_term)::integer
            from (select *, row_number() over (partition by term order by effective_from desc, branch_code) as nth from work_term) w
            where nth <= {PageRequest.LimitMax}
            order by term, effective_from desc, branch_code
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<WorkTermAnswer>();
        var calendar = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var from = reader.GetFieldValue<DateOnly>(3);
            rows.Add(new(
                Enum.Parse<WorkTerm>(reader.GetString(0), ignoreCase: true), reader.GetInt64(1), reader.GetString(2) is { Length: > 0 } branch ? branch : null,
                from == DateOnly.MinValue ? null : from, reader.GetString(4), reader.GetString(5), reader.GetString(6), new(reader.GetDateTime(7))));
            calendar = reader.GetInt32(8);
        }

        context.Response.Headers.ETag = IfMatch.ETag(calendar);
        return Results.Ok(new Page<WorkTermAnswer>(rows, null));
    }
}
