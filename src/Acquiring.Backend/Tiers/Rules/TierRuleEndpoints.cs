using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Tiers.Rules;

/// <param name="EffectiveFrom">The first business date it counts for: tomorrow at the earliest, which is also what is meant when it is left out.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record AdoptTierRuleSetRequest(DateOnly? EffectiveFrom, string? Why);

/// <param name="EffectiveFrom">The first business date it counts for, one for each adoption; nothing for the rules to begin with.</param>
public sealed record TierRuleSetListRow(int Version, string Name, string CreatedBy, DateTimeOffset CreatedAt, IReadOnlyList<DateOnly?> EffectiveFrom);

public sealed record TierRuleSetAnswer(int Version, TierRuleSetContent Content);

/// <summary>Rule sets: listed, proposed, compared, adopted.</summary>
internal static class TierRuleEndpoints
{
    private static readonly DateOnly s_first = new(2000, 1, 1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/tier-rule-sets").WithTags("Tiers");
        group.MapGet("", ListAsync)
            .WithName("listTierRuleSets").WithSummary("The versions of the rules, the latest first, and from when each counts")
            .WithDescription("The ETag is the calendar of adoptions, for the If-Match of an adoption. At most 500 are told.")
            .Produces<Page<TierRuleSetListRow>>();
        group.MapGet("/{version:int}", async (int version, NpgsqlDataSource database, CancellationToken cancellationToken) =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                return await TierRuleSets.ContentAsync(connection, version, cancellationToken) is { } content
                    ? Results.Ok(new TierRuleSetAnswer(version, content))
                    : ProblemResults.Of(TierRefusals.UnknownVersion(version));
            })
            .WithName("getTierRuleSet").WithSummary("A version of the rules, whole").WithDescription("It never changes.")
            .Produces<TierRuleSetAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("", async (
                TierRuleSetContent request, bool? validateOnly, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
                AdoptTierRules rules, CancellationToken cancellationToken) =>
            {
                var key = IdempotencyKey.Read(idempotencyKey, context.Request, request);
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await rules.MakeAsync(request, validateOnly ?? false, Actors.Operator, key.Value, cancellationToken)).ToHttp();
            })
            .WithName("createTierRuleSet").WithSummary("Keep a new version of the rules")
            .WithDescription(
                "It counts for nothing until it is adopted. With `validateOnly` it is checked and not kept; the version told is the one it would get. " +
                "The first fault is told with its place. With an Idempotency-Key a repetition is answered as the first time.")
            .Produces<TierRuleSetMadeAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("/{version:int}/what-if", async (
                int version, DateOnly? on, TierWhatIf whatIf, TimeProvider clock, CancellationToken cancellationToken) =>
            {
                var (date, last) = (on ?? BusinessTime.Today(clock), BusinessTime.Today(clock).AddDays(AdoptTierRules.DaysAheadMax));
                return date < s_first || date > last ? ProblemResults.Of(TierRefusals.DateRange(date, s_first, last))
                    : await whatIf.RunAsync(version, date, cancellationToken) is { } answer ? Results.Ok(answer)
                    : ProblemResults.Of(TierRefusals.UnknownVersion(version));
            })
            .WithName("compareTierRuleSet").WithSummary("How many merchants a version would move, compared with the rules in force on a date")
            .WithDescription("Judges the whole fleet by both and writes nothing; seconds for 100,000 merchants. Grades are not part of it.")
            .Produces<TierWhatIfAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{version:int}/adopt", AdoptAsync)
            .WithName("adoptTierRuleSet").WithSummary("Let a version count from a business date on")
            .WithDescription(
                "From tomorrow on at the earliest: what was judged stays. Needs the ETag of the list of rule sets in If-Match; with an Idempotency-Key a " +
                "repetition is answered as the first time.")
            .Produces<TierRuleAdoptionAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task<IResult> AdoptAsync(
        int version, AdoptTierRuleSetRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, AdoptTierRules rules, CancellationToken cancellationToken)
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

        return (await rules.AdoptAsync(version, request.EffectiveFrom, request.Why ?? "", calendar, Actors.Operator, key.Value, cancellationToken))
            .ToHttp(adopted =>
            {
                context.Response.Headers.ETag = IfMatch.ETag(adopted.Calendar);
                return Results.Ok(adopted);
            });
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.version, s.content::jsonb ->> 'name', s.created_by, s.created_at,
                   coalesce((select array_agg(a.effective_from order by a.effective_from) from tier_rule_adoption a where a.version = s.version), array[]::date[]),
                   (select count(*) from tier_rule_adoption)::integer
            from tier_rule_set s order by s.version desc limit {PageRequest.LimitMax}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (rows, calendar) = (new List<TierRuleSetListRow>(), 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            calendar = reader.GetInt32(5);
            rows.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), new DateTimeOffset(reader.GetDateTime(3)),
                [.. reader.GetFieldValue<DateOnly[]>(4).Select(d => d == DateOnly.MinValue ? (DateOnly?)null : d)]));
        }

        context.Response.Headers.ETag = IfMatch.ETag(calendar);
        return Results.Ok(new Page<TierRuleSetListRow>(rows, null));
    }
}
