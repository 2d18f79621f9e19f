using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Blacklist;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <param name="Why">1 to 500 characters; the merchant is closed for this reason.</param>
public sealed record ClearBlacklistCaseRequest(string? Why);

/// <param name="Why">1 to 500 characters: how it is known to be somebody else.</param>
/// <param name="Document">1 to 200 characters: the evidence, such as the number of a letter.</param>
public sealed record DismissBlacklistCaseRequest(string? Why, string? Document);

public sealed record BlacklistCaseHistoryAnswer(IReadOnlyList<BlacklistCaseStepAnswer> Items);

/// <summary>The shared list, and the merchants that are found on it.</summary>
internal static class BlacklistEndpoints
{
    private const string Manner = " Needs the case's ETag in If-Match; with an Idempotency-Key a repetition is answered as the first time.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/blacklist-imports", ImportAsync)
            .WithName("importBlacklist").WithTags("Blacklist")
            .WithSummary("Take in a list of merchants and persons: columns mark_kind, listed_value, listed_on, reason, source, removed_on")
            .WithDescription(
                "CSV in UTF-8, with or without BOM, or GBK, columns in any order. `mark_kind` is creditCode, licence, idNo, account, phone or name; " +
                "`removed_on` is empty, or the date on which the source took the entry off. `mode=changes` (default) adds, changes and takes off what " +
                "the file names; `mode=full` also takes off what the sources that the file names have on the list and the file has not. Values are kept as " +
                "keyed digests with a mask. All live merchants are compared with the list: each that is found gets a case. The same list again changes " +
                "nothing. With a bad row nothing is written and the problem carries the report.")
            .Accepts<string>("text/csv").Produces<BlacklistImportAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/blacklist-entries", ListEntriesAsync)
            .WithName("listBlacklistEntries").WithTags("Blacklist").WithSummary("What stands on the list, masked, in the order it came")
            .Produces<Page<BlacklistEntryAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        var cases = routes.MapGroup("/blacklist-cases").WithTags("Blacklist");
        cases.MapGet("", ListAsync)
            .WithName("listBlacklistCases").WithSummary("Merchants that were found on the blacklist, the oldest first")
            .WithDescription(
                "A case restricts no payment by itself. While it is open the merchant gets no machine and no hold of it is lifted. `overdue=true` are " +
                "those that are open after their due date.")
            .Produces<Page<BlacklistCaseAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
        cases.MapGet("/{blacklistCaseId:int}", async (
                int blacklistCaseId, HttpContext context, BlacklistCases reader, TimeProvider clock, CancellationToken cancellationToken) =>
                await reader.FindAsync(blacklistCaseId, BusinessTime.Today(clock), cancellationToken) is { } found
                    ? Tagged(context, found)
                    : ProblemResults.Of(BlacklistRefusals.Unknown(blacklistCaseId)))
            .WithName("getBlacklistCase").WithSummary("A case; the ETag is its version")
            .Produces<BlacklistCaseAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        cases.MapGet("/{blacklistCaseId:int}/history", async (int blacklistCaseId, BlacklistCases reader, CancellationToken cancellationToken) =>
                await reader.HistoryAsync(blacklistCaseId, cancellationToken) is { Count: > 0 } steps
                    ? Results.Ok(new BlacklistCaseHistoryAnswer(steps))
                    : ProblemResults.Of(BlacklistRefusals.Unknown(blacklistCaseId)))
            .WithName("listBlacklistCaseHistory").WithSummary("What became of a case: act, who, when, why")
            .Produces<BlacklistCaseHistoryAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        Describe(cases.MapPost("/{blacklistCaseId:int}/clear", ClearAsync),
            "clearBlacklistCase", "Close a blacklisted merchant for good",
            "One act: the merchant is closed, its machines go back to stock, the case is cleared. Closing it by closeMerchant clears the case too." + Manner);
        Describe(cases.MapPost("/{blacklistCaseId:int}/dismiss", DismissAsync),
            "dismissBlacklistCase", "Say, with evidence, that it is somebody else",
            "The same entries do not open another case for this merchant; others, or the same listed anew, do." + Manner);
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, ImportBlacklist import, string? mode, bool? dryRun, CancellationToken cancellationToken)
    {
        if (mode is not (null or "full" or "changes"))
        {
            return ProblemResults.Of(BlacklistRefusals.BadMode(mode.Length > 40 ? mode[..40] : mode));
        }

        var result = await import.RunAsync(
            context.Request.Body, mode == "full", dryRun ?? false, Actors.Operator, RequestLanguage.Of(context), cancellationToken);
        return result.ToHttp(a => a.Rows.Bad > 0 ? ProblemResults.Of(RegistryRefusals.RowsBad(a.Rows.Bad), ("report", a.Rows)) : Results.Ok(a));
    }

    private static async Task<IResult> ListEntriesAsync(
        string? kind, string? source, string? cursor, int? limit, BlacklistCases reader, CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal) || !Cursor.ReadNumber(cursor).Accepted(out var after, out refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var ofKind = QueryWords.Read<BlacklistKind>("kind", kind);
        return ofKind.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : Results.Ok(page.Cut(await reader.EntriesAsync(ofKind.Value, source, after ?? 0, page.Limit + 1, cancellationToken), e => [$"{e.EntryId}"]));
    }

    private static async Task<IResult> ListAsync(
        string? state, bool? overdue, string? merchantNo, string? cursor, int? limit, BlacklistCases reader, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal) || !Cursor.ReadNumber(cursor).Accepted(out var after, out refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var inState = QueryWords.Read<BlacklistCaseState>("state", state);
        return inState.Refusal is { } bad
            ? ProblemResults.Of(bad)
            : Results.Ok(page.Cut(
                await reader.ListAsync(inState.Value, overdue, merchantNo, BusinessTime.Today(clock), after ?? 0, page.Limit + 1, cancellationToken),
                c => [$"{c.BlacklistCaseId}"]));
    }

    private static async Task<IResult> ClearAsync(
        int blacklistCaseId, ClearBlacklistCaseRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, BlacklistCases reader, IGrainFactory grains,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Read(context, ifMatch, idempotencyKey, request).Accepted(out var read, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        if (await reader.FindAsync(blacklistCaseId, BusinessTime.Today(clock), cancellationToken) is not { } present)
        {
            return ProblemResults.Of(BlacklistRefusals.Unknown(blacklistCaseId));
        }

        var step = new MerchantStep(
            MerchantAct.Close, 0, request.Why ?? "", Actors.Operator, read.Key, BlacklistCaseId: blacklistCaseId, BlacklistCaseVersion: read.Version);
        var outcome = await grains.Merchant(new(present.MerchantNo)).Take(step);
        return outcome.Refusal is { } refused
            ? ProblemResults.Of(refused)
            : Tagged(context, (await reader.FindAsync(blacklistCaseId, BusinessTime.Today(clock), cancellationToken))!);
    }

    private static async Task<IResult> DismissAsync(
        int blacklistCaseId, DismissBlacklistCaseRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, DecideBlacklistCase decide,
        CancellationToken cancellationToken) =>
        Read(context, ifMatch, idempotencyKey, request).Accepted(out var read, out var refusal)
            ? (await decide.DismissAsync(
                blacklistCaseId, read.Version, request.Why ?? "", request.Document ?? "", Actors.Operator, read.Key, cancellationToken))
                .ToHttp(c => Tagged(context, c))
            : ProblemResults.Of(refusal);

    private static Result<(int Version, IdempotencyKey? Key)> Read(HttpContext context, string? ifMatch, string? idempotencyKey, object request)
    {
        if (!IfMatch.Read(ifMatch).Accepted(out var version, out var missing))
        {
            return missing;
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        return key.Refusal is { } bad ? bad : (version, key.Value);
    }

    private static IResult Tagged(HttpContext context, BlacklistCaseAnswer answer)
    {
        context.Response.Headers.ETag = IfMatch.ETag(answer.Version);
        return Results.Ok(answer);
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary, string description) => route
        .WithName(name).WithSummary(summary).WithDescription(description).Produces<BlacklistCaseAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
