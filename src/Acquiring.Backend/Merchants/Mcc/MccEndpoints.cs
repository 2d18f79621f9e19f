using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Merchants.Mcc;

/// <param name="Mcc">Four digits, of what the merchant mainly sells.</param>
/// <param name="MainBusiness">What it mainly sells, in 1 to 200 characters; the license alone does not decide.</param>
/// <param name="Evidence">What shows it, in 1 to 500 characters: a visit, invoices, the range on the shelves.</param>
public sealed record ChangeMccRequest(string? Mcc, string? MainBusiness, string? Evidence);

/// <param name="Warnings">What speaks for a dearer trade under the new MCC. It warns: the change was made.</param>
public sealed record MccChangeAnswer(
    string MerchantNo, int Version, string Mcc, string MccBefore, DateOnly EffectiveFrom, IReadOnlyList<MccWarningAnswer> Warnings);

/// <param name="CodedAs">The MCC it has.</param>
/// <param name="SuspectedMcc">The trade it may be.</param>
/// <param name="Evidence">What speaks for it, in sentences.</param>
public sealed record MccWarningAnswer(string CodedAs, string SuspectedMcc, IReadOnlyList<string> Evidence)
{
    internal static IReadOnlyList<MccWarningAnswer> Of(ArbitrageSuspicion? s, TextCatalog texts, HttpContext context) =>
        s is null
            ? []
            : [new(s.CodedAs, s.SuspectedMcc, [.. s.Evidence.Select(e => texts.Text(e.Code, RequestLanguage.Of(context), e.Details))])];
}

/// <param name="DecisionNo">The merchant's version that made it.</param>
/// <param name="Source"><c>act</c> or <c>import</c>.</param>
public sealed record MccDecisionAnswer(
    int DecisionNo, DateOnly EffectiveFrom, string Mcc, string MccBefore, string MainBusiness, string Evidence, string Source, string Actor,
    DateTimeOffset At);

/// <summary>The MCC of a merchant: its change by the main-business rule, and its history.</summary>
internal static class MccEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/merchants/{merchantNo}/mcc").WithTags("Merchants");
        group.MapPost("", ChangeAsync)
            .WithName("changeMcc").WithSummary("Give a merchant another MCC from the next business date on")
            .WithDescription(
                "What the merchant mainly sells decides its MCC. It counts from the next business date that nothing was priced for; what was " +
                "priced keeps its rules. Warnings of known disguises do not stop it. Needs the ETag of the merchant in If-Match; with an " +
                "Idempotency-Key a repetition is answered as the first time.")
            .Produces<MccChangeAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        group.MapGet("", ListAsync)
            .WithName("listMccDecisions").WithSummary("The changes of a merchant's MCC, the latest first")
            .WithDescription("Empty for a merchant whose MCC never changed. At most 500 are told.")
            .Produces<Page<MccDecisionAnswer>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ChangeAsync(
        string merchantNo, ChangeMccRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, IGrainFactory grains, TextCatalog texts)
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

        var outcome = await grains.Merchant(no).ChangeMcc(new(
            request.Mcc ?? "", request.MainBusiness ?? "", request.Evidence ?? "", version, Actors.Operator, key.Value));
        if (outcome.Done is { } done)
        {
            context.Response.Headers.ETag = IfMatch.ETag(done.Version);
        }

        return outcome.Result.ToHttp(c => Results.Ok(new MccChangeAnswer(
            c.MerchantNo, c.Version, c.Mcc, c.MccBefore, c.EffectiveFrom, MccWarningAnswer.Of(c.Suspicion, texts, context))));
    }

    private static async Task<IResult> ListAsync(string merchantNo, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select c.decision_no, c.effective_from, c.mcc, c.mcc_before, c.main_business, c.evidence, c.source, c.actor, c.at
            from merchant m
            left join merchant_mcc c using (merchant_id)
            where m.merchant_no = $1
            order by c.decision_no desc
            limit {PageRequest.LimitMax}
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return ProblemResults.Of(MerchantRefusals.Unknown(merchantNo));
        }

        var decisions = new List<MccDecisionAnswer>();
        do
        {
            if (!reader.IsDBNull(0))
            {
                decisions.Add(new(
                    reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                    reader.GetString(5), reader.GetString(6), reader.GetString(7), new DateTimeOffset(reader.GetDateTime(8))));
            }
        }
        while (await reader.ReadAsync(cancellationToken));
        return Results.Ok(new Page<MccDecisionAnswer>(decisions, null));
    }
}
