using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Alarms.Ask;

/// <param name="Note">1 to 500 characters: what is being done.</param>
public sealed record AcknowledgeAlarmRequest(string? Note);

/// <summary>What alarms are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record AlarmListQuery(
    string? kind, string? severity, string? state, string? merchantNo, string? branch, string? manager, string? from, string? to, string? on, string? cursor,
    string? limit);

/// <summary>What alarms are exported by.</summary>
public sealed record AlarmExportQuery(
    string? kind, string? severity, string? state, string? merchantNo, string? branch, string? manager, string? from, string? to, string? on);

internal static class AlarmEndpoints
{
    private static readonly string[] s_columns =
        ["alarm-id", "alarm-kind", "alarm-severity", "alarm-state", "merchant-no", "name", "branch", "alarm-manager", "alarm-raised-on", "alarm-ended-on", "alarm-says"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alarms", async ([AsParameters] AlarmListQuery _, HttpContext context, AlarmList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(
                    ListParameters.Of(context.Request, AlarmList.ParameterNames), RequestLanguage.Of(context), cancellationToken)))
            .WithName("listAlarms").WithTags("Alarms").WithSummary("What the nights raised, the latest first")
            .WithDescription(
                "All filters hold together; several values of `kind`, `severity` and `state` are divided by commas. `from` and `to` are about the date on which " +
                "it was raised; `on` gives those that were open on a date. Branch, with all below it, and account manager are the merchant's present ones.")
            .Produces<Page<AlarmAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/alarms.csv", ExportAsync)
            .WithName("exportAlarms").WithTags("Alarms").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/alarms/{alarmId:long}", async (long alarmId, HttpContext context, AlarmList list, CancellationToken cancellationToken) =>
                await list.FindAsync(alarmId, RequestLanguage.Of(context), cancellationToken) is { } found
                    ? Tagged(context, found)
                    : ProblemResults.Of(AlarmRefusals.Unknown(alarmId)))
            .WithName("getAlarm").WithTags("Alarms").WithSummary("An alarm with its numbers and what became of it; the ETag is its version")
            .Produces<AlarmAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/alarms/{alarmId:long}/acknowledge", AcknowledgeAsync)
            .WithName("acknowledgeAlarm").WithTags("Alarms").WithSummary("Note that somebody looks after an alarm")
            .WithDescription(
                "For its present severity: when it rises, it is open again. It ends by itself all the same. Needs the alarm's ETag in If-Match; with an " +
                "Idempotency-Key a repetition is answered as the first time.")
            .Produces<AlarmAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task<IResult> AcknowledgeAsync(
        long alarmId, AcknowledgeAlarmRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, AcknowledgeAlarm acknowledge,
        CancellationToken cancellationToken)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        return key.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : (await acknowledge.RunAsync(
                alarmId, version, request.Note ?? "", Actors.Operator, key.Value, RequestLanguage.Of(context), cancellationToken))
                .ToHttp(a => Tagged(context, a));
    }

    private static async Task ExportAsync(
        [AsParameters] AlarmExportQuery _, HttpContext context, AlarmList list, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, AlarmList.ExportParameterNames);
        var rows = list.AllAsync(parameters, RequestLanguage.Of(context), cancellationToken);
        await exports.WriteAsync(context, "alarms", parameters, s_columns, rows, r =>
        [
            $"{r.AlarmId}", AlarmWords.Of(r.Kind), AlarmWords.Of(r.Severity), r.State, r.MerchantNo, r.MerchantName, r.BranchCode, r.ManagerCode, r.RaisedOn,
            r.EndedOn, r.Says,
        ], cancellationToken);
    }

    private static IResult Tagged(HttpContext context, AlarmAnswer answer)
    {
        context.Response.Headers.ETag = IfMatch.ETag(answer.Version);
        return Results.Ok(answer);
    }
}
