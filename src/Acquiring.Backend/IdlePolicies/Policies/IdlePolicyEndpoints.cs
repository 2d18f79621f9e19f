using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.IdlePolicies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Policies;

/// <param name="Branch">The branch that it counts for, with all below it that have none of their own; left out is the whole bank.</param>
/// <param name="EffectiveFrom">The first business date it counts for: tomorrow at the earliest, which is also what is meant when it is left out.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record AdoptIdlePolicyRequest(string? Branch, DateOnly? EffectiveFrom, string? Why);

/// <param name="Branch">Nothing is the whole bank.</param>
/// <param name="EffectiveFrom">The first business date it counts for; nothing for the policy to begin with.</param>
public sealed record IdlePolicyInForce(string? Branch, DateOnly? EffectiveFrom, string Why);

/// <param name="Adoptions">Where and from when it counts, the earliest first.</param>
public sealed record IdlePolicyListRow(
    int Version, string Name, string CreatedBy, DateTimeOffset CreatedAt, IReadOnlyList<IdlePolicyInForce> Adoptions);

public sealed record IdlePolicyAnswer(int Version, IdlePolicyContent Content);

/// <summary>Policies: listed, proposed, adopted.</summary>
internal static class IdlePolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/idle-policies").WithTags("Idle policies");
        group.MapGet("", ListAsync)
            .WithName("listIdlePolicies").WithSummary("The versions of the policies, the latest first, and where and from when each counts")
            .WithDescription("The ETag is the calendar of adoptions, for the If-Match of an adoption. At most 500 are told.")
            .Produces<Page<IdlePolicyListRow>>();
        group.MapGet("/{version:int}", async (int version, NpgsqlDataSource database, CancellationToken cancellationToken) =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                return await PolicyCalendar.ContentAsync(connection, version, cancellationToken) is { } content
                    ? Results.Ok(new IdlePolicyAnswer(version, content))
                    : ProblemResults.Of(IdlePolicyRefusals.UnknownVersion(version));
            })
            .WithName("getIdlePolicy").WithSummary("A version of the policies, whole").WithDescription("It never changes.")
            .Produces<IdlePolicyAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("", async (
                IdlePolicyContent request, bool? validateOnly, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
                AdoptIdlePolicy policies, CancellationToken cancellationToken) =>
            {
                var key = IdempotencyKey.Read(idempotencyKey, context.Request, request);
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await policies.MakeAsync(request, validateOnly ?? false, Actors.Operator, key.Value, cancellationToken)).ToHttp();
            })
            .WithName("createIdlePolicy").WithSummary("Keep a new policy: low volume, its exemptions, early warnings")
            .WithDescription(
                "It counts for nothing until it is adopted. The two legal clocks are named in it and cannot be moved. Each rule says the grade of its source: [S], [R] " +
                "or [U]. With `validateOnly` it is checked and not kept; the version told is the one it would get. The first fault is told with its place. With an " +
                "Idempotency-Key a repetition is answered as the first time.")
            .Produces<IdlePolicyMadeAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("/{version:int}/adopt", AdoptAsync)
            .WithName("adoptIdlePolicy").WithSummary("Let a policy count for a branch and all below it, from a business date on")
            .WithDescription(
                "The nearest branch upwards with an adoption on or before a date gives its policy. From tomorrow on at the earliest: what was judged stays. Needs the " +
                "ETag of the list of policies in If-Match; with an Idempotency-Key a repetition is answered as the first time.")
            .Produces<IdlePolicyAdoptionAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task<IResult> AdoptAsync(
        int version, AdoptIdlePolicyRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, AdoptIdlePolicy policies, CancellationToken cancellationToken)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var calendar, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, calendar });
        if (key.Refusal is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        return (await policies.AdoptAsync(
                version, request.Branch, request.EffectiveFrom, request.Why ?? "", calendar, Actors.Operator, key.Value, cancellationToken))
            .ToHttp(adopted =>
            {
                context.Response.Headers.ETag = IfMatch.ETag(adopted.Calendar);
                return Results.Ok(adopted);
            });
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select version, branch_code, effective_from, why from idle_policy_adoption order by effective_from, branch_code collate \"C\""),
                new($"select version, content::jsonb ->> 'name', created_by, created_at from idle_policy order by version desc limit {PageRequest.LimitMax}"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var adoptions = new List<(int Version, IdlePolicyInForce At)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var from = reader.GetFieldValue<DateOnly>(2);
            adoptions.Add((reader.GetInt32(0), new(
                reader.GetString(1) is { Length: > 0 } branch ? branch : null, from == DateOnly.MinValue ? null : from, reader.GetString(3))));
        }

        await reader.NextResultAsync(cancellationToken);
        var rows = new List<IdlePolicyListRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var version = reader.GetInt32(0);
            rows.Add(new(
                version, reader.GetString(1), reader.GetString(2), new DateTimeOffset(reader.GetDateTime(3)),
                [.. adoptions.Where(a => a.Version == version).Select(a => a.At)]));
        }

        context.Response.Headers.ETag = IfMatch.ETag(adoptions.Count);
        return Results.Ok(new Page<IdlePolicyListRow>(rows, null));
    }
}
