using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Scorecards.Ask;
using Acquiring.Backend.Scorecards.Rows;
using Acquiring.Backend.Scorecards.Targets;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Scorecards;

/// <summary>What targets are listed by; named as they are in the address.</summary>
public sealed record ScorecardTargetsQuery(string? branch, string? manager, string? year, string? cursor, string? limit);

internal static class ScorecardEndpoints
{
    private const string Export = "As exportMerchants: UTF-8 with a byte order mark; the audit keeps who took it and the filter. ";

    private static readonly string[] s_targetParameters = ["branch", "manager", "year", "cursor", "limit"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/scorecards", async (
                [AsParameters] ScorecardQuery _, HttpContext context, ScorecardReader reader, CancellationToken cancellationToken) =>
                Results.Ok(await reader.ReadAsync(
                    ListParameters.Of(context.Request, ScorecardAsked.ParameterNames), RequestLanguage.Of(context), cancellationToken)))
            .WithName("getScorecard").WithTags("Scorecards")
            .WithSummary("What a branch with all below it, or an account manager, came to in a period, beside targets and last year")
            .WithDescription(
                "For a month, a quarter, a year or any dates, at most 366 days; both dates are needed. Flows (`volumeFen`, `transactions`, `commissionFen`, " +
                "`ruralVolumeFen`, `terminalsRemoved`, `terminalsRedeployed`, `tierPromotions`, `tierDemotions`) are sums over the counted dates, by the date " +
                "they were posted to; the rest is what it is at the end of `countedThrough`. Each date counts for the branch and manager a merchant had " +
                "then; branches are under each other as they are now. A share comes exact (`part`, `whole`) and in ten-thousandths, rounded half-up. " +
                "`null` is not known: no date is counted, one is missing, or last year was not counted whole.")
            .Produces<ScorecardAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/scorecards.csv", ExportAsync)
            .WithName("exportScorecard").WithTags("Scorecards").WithSummary("The same scorecard as a CSV file")
            .WithDescription(Export + "One line for each card and number; money in yuan, shares in per cent.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/scorecards/rows", async (
                [AsParameters] ScorecardRowsQuery _, HttpContext context, ScorecardRowsReader rows, CancellationToken cancellationToken) =>
                Results.Ok(await rows.PageAsync(ListParameters.Of(context.Request, ScorecardRowsReader.ParameterNames), cancellationToken)))
            .WithName("listScorecardRows").WithTags("Scorecards").WithSummary("The rows behind a number of a scorecard: merchants or terminals, each with its part")
            .WithDescription(
                "They add up to the number of the same `measure`, dates, `branch` and `manager`; with `own=true` to that of `own`. Of a share, ask for the two " +
                "measures it is made of. Made of history as it is now: while the scorecard says `recountDue`, the two may differ.")
            .Produces<Page<ScorecardRow>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/scorecards/rows.csv", ExportRowsAsync)
            .WithName("exportScorecardRows").WithTags("Scorecards").WithSummary("The same rows as a CSV file, whole").WithDescription(Export)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/scorecards/targets", TargetsAsync)
            .WithName("listScorecardTargets").WithTags("Scorecards").WithSummary("What is wanted of branches and account managers; the version of each is its ETag")
            .Produces<Page<ScorecardTargetAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapPut("/scorecards/targets", SetTargetAsync)
            .WithName("setScorecardTarget").WithTags("Scorecards").WithSummary("Set what is wanted of a branch or account manager in a month or year")
            .WithDescription(
                "Needs the target's version in If-Match, \"0\" for one that is not set. A branch's target is of it and all below it. A year's own target goes " +
                "before those of its months; without it, flows have the sum of the twelve months, all else the last month's; a quarter likewise.")
            .Produces<ScorecardTargetAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task ExportAsync(
        [AsParameters] ScorecardQuery _, HttpContext context, ScorecardReader reader, ExportEndpoints exports, TextCatalog texts,
        CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, ScorecardAsked.ParameterNames);
        var language = RequestLanguage.Of(context);
        var answer = await reader.ReadAsync(parameters, language, cancellationToken);
        await exports.WriteAsync(
            context, "scorecard", parameters, ScorecardCsv.Columns, ScorecardCsv.RowsOf(answer, texts, language), r => r, cancellationToken);
    }

    private static async Task ExportRowsAsync(
        [AsParameters] ScorecardRowsExportQuery _, HttpContext context, ScorecardRowsReader rows, ExportEndpoints exports, TextCatalog texts,
        CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, ScorecardRowsReader.ExportParameterNames);
        var language = RequestLanguage.Of(context);
        await exports.WriteAsync(context, "scorecard-rows", parameters, ScorecardCsv.RowColumns, rows.AllAsync(parameters, cancellationToken), r =>
        [
            r.MerchantNo, r.MerchantName, r.TerminalNo, r.BranchCode, r.ManagerCode, ScorecardCsv.MeasureName(parameters.Text("measure")!, texts, language),
            ScorecardCsv.UnitName(r.Unit, texts, language), ScorecardCsv.Cell(r.Value, r.Unit),
        ], cancellationToken);
    }

    private static async Task<IResult> TargetsAsync(
        [AsParameters] ScorecardTargetsQuery _, HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, s_targetParameters);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)parameters.Number("limit", 1, PageRequest.LimitMax), keyParts: 5).Value;
        if (!page.IsFirst && !(int.TryParse(page.After[3], out var _) && int.TryParse(page.After[4], out var _)))
        {
            throw new RefusedException(Cursor.Bad());
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await ScorecardTargets.PageAsync(
            connection, parameters.RegistryText("branch"), parameters.RegistryText("manager"), (int?)parameters.Number("year", 2000, 2099), page.After,
            page.Limit + 1, cancellationToken);
        return Results.Ok(page.Cut(rows, t => [t.BranchCode ?? "", t.ManagerCode ?? "", t.Measure, $"{t.Year}", $"{t.Month ?? 0}"]));
    }

    private static async Task<IResult> SetTargetAsync(
        SetScorecardTargetRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, SetScorecardTarget set, CancellationToken cancellationToken)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        return key.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : (await set.RunAsync(request, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(answer =>
            {
                context.Response.Headers.ETag = IfMatch.ETag(answer.Version);
                return Results.Ok(answer);
            });
    }
}
