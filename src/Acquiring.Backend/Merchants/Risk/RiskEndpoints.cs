using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Risk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants.Risk;

/// <param name="Grade"><c>low</c>, <c>medium</c> or <c>high</c> overrides it; left out computes it anew by points.</param>
/// <param name="Until">Of an override: its last date, at most 366 days from today.</param>
/// <param name="Why">1 to 500 characters.</param>
public sealed record GradeMerchantRequest(RiskGrade? Grade, DateOnly? Until, string? Why);

/// <param name="Version">The merchant's; hand it back, in quotation marks, in If-Match.</param>
/// <param name="Items">By date, the latest first; each says its points and reasons.</param>
public sealed record MerchantRiskAnswer(string MerchantNo, int Version, IReadOnlyList<RiskGradeAnswer> Items);

internal static class RiskEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchants/{merchantNo}/risk-grade").WithTags("Merchants");
        group.MapGet("", async (string merchantNo, HttpContext context, NpgsqlDataSource database, CancellationToken cancellationToken) =>
            {
                await using var connection = await database.OpenConnectionAsync(cancellationToken);
                await using var command = new NpgsqlCommand("select merchant_id, version from merchant where merchant_no = $1", connection);
                command.Parameters.Add(new() { Value = merchantNo });
                int merchantId, version;
                await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
                {
                    if (!await reader.ReadAsync(cancellationToken))
                    {
                        return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
                    }

                    (merchantId, version) = (reader.GetInt32(0), reader.GetInt32(1));
                }

                context.Response.Headers.ETag = IfMatch.ETag(version);
                return Results.Ok(new MerchantRiskAnswer(merchantNo, version, await RiskGradeRows.ListAsync(connection, merchantId, cancellationToken)));
            })
            .WithName("getRiskGrade").WithSummary("A merchant's risk grades by date, with points and reasons")
            .WithDescription("None for a merchant that no night has graded yet, such as one that an import has just brought.")
            .Produces<MerchantRiskAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("", async (
                string merchantNo, GradeMerchantRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains) =>
            {
                if (!MerchantNo.TryParse(merchantNo, out var no))
                {
                    return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
                }

                if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
                {
                    return ProblemResults.Of(missing);
                }

                var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
                if (key.Refusal is { } bad)
                {
                    return ProblemResults.Of(bad);
                }

                var outcome = await grains.Merchant(no).GradeRisk(new(version, request.Grade, request.Until, request.Why ?? "", Actors.Operator, key.Value));
                if (outcome.Grades is not { } grades)
                {
                    return ProblemResults.Of(outcome.Refusal!);
                }

                context.Response.Headers.ETag = IfMatch.ETag(grades.Version);
                return Results.Ok(new MerchantRiskAnswer(
                    grades.MerchantNo, grades.Version, JsonSerializer.Deserialize<RiskGradeAnswer[]>(grades.Json, PlatformJson.Options)!));
            })
            .WithName("gradeRisk").WithSummary("Compute a merchant's risk grade anew, or override it for a time")
            .WithDescription(
                "Without a grade it is computed by points: trade, time since opening, share of sales without a card, open binding cases, inspections " +
                "not in order, blacklist. An override ends with its last date. Needs the ETag of the merchant in If-Match; with an Idempotency-Key a " +
                "repetition is answered as the first time.")
            .Produces<MerchantRiskAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }
}
