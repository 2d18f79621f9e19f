using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Removal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Removal.Orders;

/// <param name="Why">1 to 500 characters.</param>
/// <param name="OrderLastMachine">Needed where it is its merchant's last machine.</param>
public sealed record AcceptRemovalRequest(string? Why, bool OrderLastMachine = false);

/// <param name="Why">1 to 500 characters.</param>
public sealed record RejectRemovalRequest(string? Why);

/// <summary>What removals are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record RemovalListQuery(string? branch, string? state, string? terminalNo, string? merchantNo, string? cursor, string? limit);

/// <summary>What removals are exported by.</summary>
public sealed record RemovalExportQuery(string? branch, string? state, string? terminalNo, string? merchantNo);

/// <param name="BusinessDate">Of what a night did; nothing of what people did.</param>
public sealed record RemovalStepAnswer(
    string Act, RemovalState? From, RemovalState To, string Why, string Actor, DateOnly? BusinessDate, DateTimeOffset At, int Version);

/// <param name="History">The latest first.</param>
public sealed record RemovalAnswer(RemovalRow Removal, IReadOnlyList<RemovalStepAnswer> History);

internal static class RemovalEndpoints
{
    private static readonly string[] s_columns =
    [
        "removal", "removal-state", "terminal-no", "serial-no", "model", "merchant-no", "name", "branch", "rank", "first-on", "proposed-on", "ended-on", "ended-why",
        "last-machine", "rent", "sim", "commission", "benefit",
    ];

    private const string Manner = " Needs the ETag of the removal in If-Match; with an Idempotency-Key a repetition is answered as the first time.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/removals").WithTags("Removal");
        group.MapGet("", async (
                [AsParameters] RemovalListQuery _, HttpContext context, RemovalList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, RemovalList.ParameterNames), cancellationToken)))
            .WithName("listRemovals").WithSummary("Machines proposed for removal, ordered, fetched or left, the greatest benefit first")
            .WithDescription("All filters hold together; several values of `state` are divided by commas. Made by the step `removal` of the night.")
            .Produces<Page<RemovalRow>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/removals.csv", ExportAsync)
            .WithName("exportRemovals").WithTags("Removal").WithSummary("The same list as a CSV file, whole; amounts in yuan")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{removalId:long}", ShowAsync)
            .WithName("getRemoval").WithSummary("A removal with its history").WithDescription("The ETag is its version, for the If-Match of an act.")
            .Produces<RemovalAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        Act<AcceptRemovalRequest>(
            group, "accept", "acceptRemoval", "Order that a proposed machine be fetched",
            "It sells nothing from now on. A merchant's last machine is ordered only with `orderLastMachine`. A machine that sold after it was proposed is left where it is: " +
            "409 `removal.sold-again`, and the proposal is withdrawn.",
            (r, d) => d with { Act = RemovalAct.Accept, Why = r.Why ?? "", OrderLastMachine = r.OrderLastMachine });
        Act<RejectRemovalRequest>(
            group, "reject", "rejectRemoval", "Leave a machine where it is", "It is not proposed again for the same finding.",
            (r, d) => d with { Act = RemovalAct.Reject, Why = r.Why ?? "" });
    }

    private static void Act<TRequest>(
        RouteGroupBuilder group, string path, string name, string summary, string description, Func<TRequest, RemovalDecision, RemovalDecision> of)
        where TRequest : class =>
        group.MapPost($"/{{removalId:long}}/{path}", async (
                long removalId, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, DecideRemoval decide, CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await decide.RunAsync(removalId, of(request, new(default, version, "", false, Actors.Operator, key.Value)), cancellationToken)).ToHttp(removal =>
                    {
                        context.Response.Headers.ETag = IfMatch.ETag(removal.Version);
                        return Results.Ok(removal);
                    });
            })
            .WithName(name).WithSummary(summary).WithDescription(description + Manner)
            .Produces<RemovalRecord>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);

    private static async Task<IResult> ShowAsync(long removalId, HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await RemovalList.FindAsync(connection, removalId, cancellationToken) is not { } removal)
        {
            return ProblemResults.Of(RemovalRefusals.Unknown(removalId));
        }

        await using var command = new NpgsqlCommand(
            $"""
            select act, from_state, to_state, why, actor, business_date, at, version from removal_step
            where removal_id = $1 order by version desc limit {PageRequest.LimitMax}
            """,
            connection);
        RemovalRows.Add(command, removalId);
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var steps = new List<RemovalStepAnswer>();
        while (await r.ReadAsync(cancellationToken))
        {
            steps.Add(new(
                r.GetString(0), r.IsDBNull(1) ? null : Enum.Parse<RemovalState>(r.GetString(1), true), Enum.Parse<RemovalState>(r.GetString(2), true), r.GetString(3),
                r.GetString(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateOnly>(5), new(r.GetDateTime(6)), r.GetInt32(7)));
        }

        context.Response.Headers.ETag = IfMatch.ETag(removal.Version);
        return Results.Ok(new RemovalAnswer(removal, steps));
    }

    private static async Task ExportAsync(
        [AsParameters] RemovalExportQuery _, HttpContext context, RemovalList list, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, RemovalList.ExportParameterNames);
        await exports.WriteAsync(context, "removals", parameters, s_columns, list.AllAsync(parameters, cancellationToken), r =>
        [
            r.RemovalId, RemovalRows.Word(r.State), r.TerminalNo, r.SerialNo, r.Model, r.MerchantNo, r.MerchantName, r.BranchCode, r.Rank, r.FirstOn, r.ProposedOn, r.EndedOn,
            r.EndedWhy, r.LastMachine ? 1 : 0, r.Rent.AmountFen / 100m, r.Sim.AmountFen / 100m, r.Commission.AmountFen / 100m, r.Benefit.AmountFen / 100m,
        ], cancellationToken);
    }
}
