using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Merchants.Handover;

/// <param name="Text">Why it was refused, in the caller's language; empty else.</param>
public sealed record HandoverItemAnswer(string MerchantNo, HandoverItemState State, string Code, string Text, int? Version);

/// <param name="Applied">Whether anything was written; not in a dry run, nor where all or nothing was asked for and one is refused.</param>
public sealed record MerchantHandoverAnswer(
    Guid HandoverId, DateOnly EffectiveOn, bool DryRun, bool Applied, string? ManagerCode, string BranchCode, int Done, int Unchanged, int Refused,
    IReadOnlyList<HandoverItemAnswer> Items)
{
    internal static MerchantHandoverAnswer Of(HandoverDone d, TextCatalog texts, CultureInfo language) => new(
        d.HandoverId, d.EffectiveOn, d.DryRun, d.Applied, d.ManagerCode, d.BranchCode, d.Done, d.Unchanged, d.Refused,
        [.. d.Items.Select(i => new HandoverItemAnswer(
            i.MerchantNo, i.State, i.Code, i.Code.Length == 0 ? "" : texts.Text(i.Code, language, new Detail("merchantNo", i.MerchantNo)), i.Version))]);
}

/// <summary>Account managers, handovers, and in whose hands a merchant was when.</summary>
internal static class HandoverEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/merchant-handovers", HandOverAsync)
            .WithName("handOverMerchants").WithTags("Account managers")
            .WithSummary("Hand many merchants over to another account manager or branch")
            .WithDescription(
                "All of it is one transaction under a client-made id: the same request again is answered as the first time. 207 when some " +
                "merchants are refused, each with its reason; with `allOrNothing` one refused merchant stops all, and nothing is kept under the id.")
            .Produces<MerchantHandoverAnswer>().Produces<MerchantHandoverAnswer>(StatusCodes.Status207MultiStatus)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/merchants/{merchantNo}/care", async (
                string merchantNo, DateOnly? on, AccountManagers managers, CancellationToken cancellationToken) =>
                Results.Ok(new Page<MerchantCareAnswer>(await managers.OfMerchantAsync(merchantNo, on, cancellationToken), null)))
            .WithName("listMerchantCare").WithTags("Account managers")
            .WithSummary("In whose hands a merchant was when; with a date, on that date").Produces<Page<MerchantCareAnswer>>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        var group = routes.MapGroup("/account-managers").WithTags("Account managers");
        group.MapGet("", async (string? cursor, int? limit, AccountManagers managers, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? Results.Ok(page.Cut(
                        await managers.ListAsync(page.IsFirst ? "" : page.After[0], page.Limit + 1, cancellationToken), m => [m.ManagerCode]))
                    : ProblemResults.Of(refusal))
            .WithName("listAccountManagers").WithSummary("Account managers by code, each with how many merchants it looks after")
            .Produces<Page<AccountManagerAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapPost("", (
                CreateAccountManagerRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
                AccountManagers managers, CancellationToken cancellationToken) =>
                SaveAsync(context, managers, request.ManagerCode ?? "", request.BranchCode ?? "", true, null, request, idempotencyKey, cancellationToken))
            .WithName("createAccountManager").WithSummary("Make an account manager known by code")
            .WithDescription("The same manager at the same branch again is answered as they are; at another branch refused.")
            .Produces<AccountManagerAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPut("/{managerCode}", (
                string managerCode, ChangeAccountManagerRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, AccountManagers managers,
                CancellationToken cancellationToken) =>
                IfMatch.Read(ifMatch).Accepted(out var version, out var missing)
                    ? SaveAsync(
                        context, managers, managerCode, request.BranchCode ?? "", request.Active, version, request, idempotencyKey, cancellationToken)
                    : Task.FromResult(ProblemResults.Of(missing)))
            .WithName("changeAccountManager").WithSummary("Move an account manager to another branch, or let one go")
            .WithDescription("Merchants stay in the hands they are in until they are handed over. Needs the version in If-Match.")
            .Produces<AccountManagerAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static async Task<IResult> HandOverAsync(
        HandOverMerchantsRequest request, HttpContext context, HandOverMerchants handover, TextCatalog texts, CancellationToken cancellationToken)
    {
        var result = await handover.RunAsync(request, Actors.Operator, cancellationToken);
        return result.ToHttp(done =>
        {
            var answer = MerchantHandoverAnswer.Of(done, texts, RequestLanguage.Of(context));
            return done is { DryRun: false, Applied: false }
                ? ProblemResults.Of(Refusal.Of(RefusalKind.Rule, "handover.some-refused", new Detail("refused", $"{done.Refused}")), ("report", answer))
                : Results.Json(answer, PlatformJson.Options, statusCode: done.Refused > 0 ? StatusCodes.Status207MultiStatus : StatusCodes.Status200OK);
        });
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context, AccountManagers managers, string code, string branchCode, bool active, int? version, object request,
        string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        if (key.Refusal is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        return (await managers.SaveAsync(code, branchCode, active, version, Actors.Operator, key.Value, cancellationToken)).ToHttp(manager =>
        {
            context.Response.Headers.ETag = IfMatch.ETag(manager.Version);
            return Results.Ok(manager);
        });
    }
}
