using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.FollowUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.FollowUp.Tasks;

/// <param name="Owner">The code of an active account manager.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record ReassignFollowUpRequest(string? Owner, string? Why);

/// <param name="Result"><c>passed</c> or <c>failed</c> of a re-verification, <c>done</c> of any other.</param>
/// <param name="Why">What was found or done, 1 to 500 characters.</param>
public sealed record CompleteFollowUpRequest(FollowUpResult? Result, string? Why);

/// <param name="Why">1 to 500 characters.</param>
public sealed record CancelFollowUpRequest(string? Why);

/// <summary>What tasks are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record FollowUpListQuery(
    string? branch, string? owner, string? kind, string? state, string? terminalNo, string? merchantNo, string? dueFrom, string? dueTo, string? cursor,
    string? limit);

/// <summary>What tasks are exported by.</summary>
public sealed record FollowUpExportQuery(
    string? branch, string? owner, string? kind, string? state, string? terminalNo, string? merchantNo, string? dueFrom, string? dueTo);

/// <param name="BusinessDate">Of what a night did; nothing of what people did.</param>
public sealed record FollowUpStepAnswer(
    string Act, FollowUpState? From, FollowUpState To, string Why, string Actor, DateOnly? BusinessDate, DateTimeOffset At, int Version);

/// <param name="History">The latest first.</param>
public sealed record FollowUpAnswer(FollowUpRow Task, IReadOnlyList<FollowUpStepAnswer> History);

internal static class FollowUpEndpoints
{
    private static readonly string[] s_columns =
    [
        "follow-up", "follow-up-kind", "follow-up-state", "terminal-no", "merchant-no", "name", "branch", "idle-since", "owner", "opened-on", "due-on", "overdue",
        "result",
    ];

    private const string Manner = " Needs the ETag of the task in If-Match; with an Idempotency-Key a repetition is answered as the first time.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/follow-ups").WithTags("Follow-up");
        group.MapGet("", async (
                [AsParameters] FollowUpListQuery _, HttpContext context, FollowUpList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, FollowUpList.ParameterNames), cancellationToken)))
            .WithName("listFollowUps").WithSummary("Tasks that follow findings of idle machines, the earliest due first")
            .WithDescription("All filters hold together; several values of `kind` and `state` are divided by commas. The branch, with all below it, is the merchant's present one.")
            .Produces<Page<FollowUpRow>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/follow-ups.csv", ExportAsync)
            .WithName("exportFollowUps").WithTags("Follow-up").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{followUpId:long}", ShowAsync)
            .WithName("getFollowUp").WithSummary("A task with its history").WithDescription("The ETag is its version, for the If-Match of an act.")
            .Produces<FollowUpAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        Act<ReassignFollowUpRequest>(
            group, "reassign", "reassignFollowUp", "Hand a task to another account manager", "",
            (r, o) => o with { Act = FollowUpAct.Reassign, Owner = r.Owner, Why = r.Why ?? "" });
        Act<CompleteFollowUpRequest>(
            group, "complete", "completeFollowUp", "Say that a task is done, and how",
            "A re-verification that passed ends the watch of the machine, one that failed suspends it. Of low volume the next stage begins when this one's days are " +
            "over and the volume is still low. A machine to be fetched, or to be proposed for removal, is not done by hand: it ends when the machine is gone.",
            (r, o) => o with { Act = FollowUpAct.Complete, Result = r.Result, Why = r.Why ?? "" });
        Act<CancelFollowUpRequest>(
            group, "cancel", "cancelFollowUp", "Do not follow this finding any further", "What it was about makes no other task.",
            (r, o) => o with { Act = FollowUpAct.Cancel, Why = r.Why ?? "" });
    }

    private static void Act<TRequest>(
        RouteGroupBuilder group, string path, string name, string summary, string description, Func<TRequest, FollowUpOrder, FollowUpOrder> of)
        where TRequest : class =>
        group.MapPost($"/{{followUpId:long}}/{path}", async (
                long followUpId, TRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, TakeFollowUpAct acts, CancellationToken cancellationToken) =>
            {
                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                return key.Refusal is { } bad
                    ? ProblemResults.Of(bad)
                    : (await acts.RunAsync(followUpId, of(request, new(default, version, "", Actors.Operator, key.Value)), cancellationToken)).ToHttp(task =>
                    {
                        context.Response.Headers.ETag = IfMatch.ETag(task.Version);
                        return Results.Ok(task);
                    });
            })
            .WithName(name).WithSummary(summary).WithDescription((description + Manner).TrimStart())
            .Produces<FollowUpRecord>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);

    private static async Task<IResult> ShowAsync(
        long followUpId, HttpContext context, FollowUpList list, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await list.FindAsync(connection, followUpId, cancellationToken) is not { } task)
        {
            return ProblemResults.Of(FollowUpRefusals.Unknown(followUpId));
        }

        await using var command = new NpgsqlCommand(
            $"""
            select act, from_state, to_state, why, actor, business_date, at, version from follow_up_step
            where follow_up_id = $1 order by version desc limit {PageRequest.LimitMax}
            """,
            connection);
        command.Parameters.Add(new() { Value = followUpId });
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var steps = new List<FollowUpStepAnswer>();
        while (await r.ReadAsync(cancellationToken))
        {
            steps.Add(new(
                r.GetString(0), r.IsDBNull(1) ? null : FollowUpWords.Read<FollowUpState>(r.GetString(1)), FollowUpWords.Read<FollowUpState>(r.GetString(2)),
                r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateOnly>(5), new(r.GetDateTime(6)), r.GetInt32(7)));
        }

        context.Response.Headers.ETag = IfMatch.ETag(task.Version);
        return Results.Ok(new FollowUpAnswer(task, steps));
    }

    private static async Task ExportAsync(
        [AsParameters] FollowUpExportQuery _, HttpContext context, FollowUpList list, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, FollowUpList.ExportParameterNames);
        await exports.WriteAsync(context, "follow-ups", parameters, s_columns, list.AllAsync(parameters, cancellationToken), r =>
        [
            r.FollowUpId, FollowUpWords.Of(r.Kind), FollowUpWords.Of(r.State), r.TerminalNo, r.MerchantNo, r.MerchantName, r.BranchCode, r.Since, r.Owner,
            r.OpenedOn, r.DueOn, r.Overdue ? 1 : 0, r.Result,
        ], cancellationToken);
    }
}
