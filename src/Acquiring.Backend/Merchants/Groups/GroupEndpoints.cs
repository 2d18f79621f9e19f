using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Acquiring.Backend.Merchants.Groups;

/// <summary>Groups of merchants: chains, markets and named lists.</summary>
internal static class GroupEndpoints
{
    public const string Csv = "text/csv";
    private const string Manner = " Needs the group's ETag in If-Match; with an Idempotency-Key a repetition is answered as the first time.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/merchant-groups").WithTags("Merchant groups");
        Describe(groups.MapPost("", (
                CreateMerchantGroupRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
                ChangeGroup change, CancellationToken cancellationToken) =>
                ActAsync(context, idempotencyKey, null, request, (key, _) => change.CreateAsync(request, Actors.Operator, key, cancellationToken))),
            "createMerchantGroup", "Make a group of merchants", "The same group again is answered as it is; another under its code is refused.");
        Describe(groups.MapPut("/{groupCode}", (
                string groupCode, ChangeMerchantGroupRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, ChangeGroup change,
                CancellationToken cancellationToken) =>
                ActAsync(context, idempotencyKey, ifMatch ?? "", request,
                    (key, version) => change.ChangeAsync(groupCode, request, version, Actors.Operator, key, cancellationToken))),
            "changeMerchantGroup", "Change kind and name of a group", Manner.TrimStart());
        Describe(groups.MapPost("/{groupCode}/members", (
                string groupCode, AddGroupMemberRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, ChangeGroup change,
                CancellationToken cancellationToken) =>
                ActAsync(context, idempotencyKey, ifMatch ?? "", request,
                    (key, version) => change.AddAsync(groupCode, request, version, Actors.Operator, key, cancellationToken))),
            "addGroupMember", "Add a merchant to a group from a date on", Manner.TrimStart());
        Describe(groups.MapPost("/{groupCode}/members/{merchantNo}/remove", (
                string groupCode, string merchantNo, RemoveGroupMemberRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch,
                [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context, ChangeGroup change,
                CancellationToken cancellationToken) =>
                ActAsync(context, idempotencyKey, ifMatch ?? "", request,
                    (key, version) => change.RemoveAsync(groupCode, merchantNo, request, version, Actors.Operator, key, cancellationToken))),
            "removeGroupMember", "Remove a merchant from a group from a date on", "It goes on to count up to the date." + Manner);
        MapReads(routes, groups);
        routes.MapPost("/merchant-group-imports", ImportAsync)
            .WithName("importMerchantGroups").WithTags("Merchant groups")
            .WithSummary("Add the members that a list names: columns group_code, merchant_no")
            .WithDescription(
                "CSV in UTF-8, with or without BOM, or GBK. A group that is not there yet is made as a named one; nobody is removed; the same " +
                "list again changes nothing. With a bad row nothing is written and the problem carries the report.")
            .Accepts<string>(Csv).Produces<CsvImportAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static void MapReads(IEndpointRouteBuilder routes, RouteGroupBuilder groups)
    {
        groups.MapGet("", async (string? kind, string? cursor, int? limit, GroupReader reader, CancellationToken cancellationToken) =>
            {
                MerchantGroupKind? only = null;
                if (kind is not null)
                {
                    if (!Enum.TryParse<MerchantGroupKind>(kind, ignoreCase: true, out var known) || !char.IsAsciiLetter(kind[0]))
                    {
                        return ProblemResults.Of(Refusal.Of(
                            RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", "kind"), new Detail("value", kind)));
                    }

                    only = known;
                }

                return PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? Results.Ok(await reader.AllAsync(only, page, cancellationToken))
                    : ProblemResults.Of(refusal);
            })
            .WithName("listMerchantGroups").WithSummary("The groups by code").Produces<Page<MerchantGroupAnswer>>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        groups.MapGet("/{groupCode}", async (string groupCode, HttpContext context, GroupReader reader, CancellationToken cancellationToken) =>
            {
                if (await reader.OneAsync(groupCode, cancellationToken) is not { } group)
                {
                    return ProblemResults.Of(GroupRefusals.Unknown(groupCode));
                }

                context.Response.Headers.ETag = IfMatch.ETag(group.Version);
                return Results.Ok(group);
            })
            .WithName("getMerchantGroup").WithSummary("A group; the ETag is its version").Produces<MerchantGroupAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        groups.MapGet("/{groupCode}/members", async (
                string groupCode, DateOnly? on, string? cursor, int? limit, GroupReader reader, TimeProvider clock, CancellationToken cancellationToken) =>
                PageRequest.Of(cursor, limit).Accepted(out var page, out var refusal)
                    ? (await reader.MembersAsync(groupCode, on ?? BusinessTime.Today(clock), page, cancellationToken)).ToHttp()
                    : ProblemResults.Of(refusal))
            .WithName("listGroupMembers").WithSummary("Who belongs to a group on a date").Produces<Page<GroupMemberAnswer>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/merchants/{merchantNo}/groups", async (
                string merchantNo, DateOnly? on, GroupReader reader, TimeProvider clock, CancellationToken cancellationToken) =>
                Results.Ok(new Page<GroupOfMerchantAnswer>(
                    await reader.OfMerchantAsync(merchantNo, on ?? BusinessTime.Today(clock), cancellationToken), null)))
            .WithName("listGroupsOfMerchant").WithTags("Merchant groups").WithSummary("Which groups a merchant belongs to on a date")
            .Produces<Page<GroupOfMerchantAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ImportAsync(
        HttpContext context, ImportGroups import, DateOnly? from, bool? dryRun, CancellationToken cancellationToken)
    {
        var result = await import.RunAsync(
            context.Request.Body, from, dryRun ?? false, Actors.Operator, RequestLanguage.Of(context), cancellationToken);
        return result.ToHttp(a => a.Bad > 0 ? ProblemResults.Of(RegistryRefusals.RowsBad(a.Bad), ("report", a)) : Results.Ok(a));
    }

    /// <param name="ifMatch"><c>null</c> where none is needed.</param>
    private static async Task<IResult> ActAsync(
        HttpContext context, string? idempotencyKey, string? ifMatch, object request,
        Func<IdempotencyKey?, int, Task<Result<MerchantGroupAnswer>>> run)
    {
        var version = 0;
        if (ifMatch is not null && !IfMatch.Read(ifMatch).Accepted(out version, out var missing))
        {
            return ProblemResults.Of(missing);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, new { request, version });
        if (key.Refusal is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        return (await run(key.Value, version)).ToHttp(group =>
        {
            context.Response.Headers.ETag = IfMatch.ETag(group.Version);
            return Results.Ok(group);
        });
    }

    private static void Describe(RouteHandlerBuilder route, string name, string summary, string description) => route
        .WithName(name).WithSummary(summary).WithDescription(description).Produces<MerchantGroupAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
