using System.Security.Cryptography;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Tiers.Ask;

/// <summary>What decisions are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record TierDecisionListQuery(
    string? merchantNo, string? tier, string? dimension, string? move, string? branch, string? from, string? to, string? cursor, string? limit);

/// <summary>What decisions are exported by.</summary>
public sealed record TierDecisionExportQuery(
    string? merchantNo, string? tier, string? dimension, string? move, string? branch, string? from, string? to);

/// <summary>Tiers asked for: of a merchant on a date, and as a list of what the runs decided.</summary>
internal static class TierEndpoints
{
    private static readonly string[] s_columns =
        ["merchant-no", "name", "branch", "tier-dimension", "judged-on", "tier-move", "tier-reasons", "tier-outcome", "tier", "tier-grade", "tier-since", "rule-set"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/merchants/{merchantNo}/tiers", AskAsync)
            .WithName("getMerchantTiers").WithTags("Tiers").WithSummary("The tiers of a merchant on a date, present or past")
            .WithDescription(
                "For each dimension that has an answer: tier, or not enough evidence, or none; with rule, evidence, what is missing and what would change it. " +
                "Made of rows that never change: for a date whose run is over (`judgedThrough` is the date) the same bytes whenever it is asked. A dimension " +
                "without an answer is none. The ETag is a digest of the bytes.")
            .Produces<object>(contentType: "application/json").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/tier-decisions", async (
                [AsParameters] TierDecisionListQuery _, HttpContext context, TierDecisionList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, TierDecisionList.ParameterNames), cancellationToken)))
            .WithName("listTierDecisions").WithTags("Tiers").WithSummary("What the runs decided, the latest first")
            .WithDescription(
                "All filters hold together; several values of `tier`, `dimension` and `move` are divided by commas. `move` is `first`, `promotion`, `demotion`, " +
                "`changed` or `lost`. The branch, with all below it, is the merchant's present one.")
            .Produces<Page<TierDecisionRow>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/tier-decisions.csv", ExportAsync)
            .WithName("exportTierDecisions").WithTags("Tiers").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> AskAsync(
        string merchantNo, DateOnly? on, HttpContext context, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        var (date, first) = (on ?? today, new DateOnly(2000, 1, 1));
        if (date < first || date > today)
        {
            return ProblemResults.Of(TierRefusals.DateRange(date, first, today));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await MerchantTiers.OfAsync(connection, merchantNo, date, cancellationToken) is not { } tiers)
        {
            return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
        }

        var bytes = tiers.ToBytes();
        context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        return Results.Bytes(bytes, "application/json; charset=utf-8");
    }

    private static async Task ExportAsync(
        [AsParameters] TierDecisionExportQuery _, HttpContext context, TierDecisionList list, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, TierDecisionList.ExportParameterNames);
        await exports.WriteAsync(context, "tier-decisions", parameters, s_columns, list.AllAsync(parameters, cancellationToken), r =>
        [
            r.MerchantNo, r.MerchantName, r.BranchCode, r.Dimension, r.JudgedOn, r.Move, string.Join(' ', r.Reasons), r.Outcome, r.Tier, r.Grade, r.Since,
            r.RuleSetVersion,
        ], cancellationToken);
    }
}
