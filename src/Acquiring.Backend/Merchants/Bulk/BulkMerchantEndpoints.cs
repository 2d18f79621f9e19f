using System.Text.Json;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.Bulk;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Merchants.Bulk;

/// <param name="Id">The merchant number.</param>
/// <param name="Version">As the list or the preview showed it.</param>
/// <param name="Hold">Of a lift: which hold; left out is the only one.</param>
public sealed record BulkMerchantItem(string? Id, int Version, int? Hold = null);

/// <param name="BulkActId">A UUID made by the client before its first send, under which it is followed and asked for again; left out, one is made.</param>
/// <param name="Items">At most 10,000, none twice; either these or <paramref name="Filter"/>.</param>
/// <param name="Filter">The parameters of listMerchants that select, such as <c>{ "branch": "360702", "state": "active" }</c>; at least one.</param>
/// <param name="Why">1 to 500 characters, the same for each.</param>
/// <param name="Cure">Of a restriction or suspension: what lifts it.</param>
/// <param name="Scopes">Of a restriction.</param>
/// <param name="DryRun">Only say what would become of each.</param>
/// <param name="AllOrNothing">Do nothing where one would be refused.</param>
public sealed record BulkMerchantActRequest(
    Guid? BulkActId, IReadOnlyList<BulkMerchantItem>? Items, IReadOnlyDictionary<string, string>? Filter, string? Why, string? Cure,
    IReadOnlyList<RestrictionScope>? Scopes, bool DryRun = false, bool AllOrNothing = false);

/// <summary>The acts on merchants, done to many of them.</summary>
internal static class BulkMerchantEndpoints
{
    private static readonly MerchantAct[] s_acts = [MerchantAct.Restrict, MerchantAct.Suspend, MerchantAct.Lift, MerchantAct.Close];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/merchants/bulk/{act}", RunAsync)
            .WithName("actOnMerchants").WithTags("Merchants").WithSummary("Restrict, suspend, lift or close many merchants")
            .WithDescription(
                "`restrict`, `suspend`, `lift` or `close`, to the merchants named or to those that a filter selects. With `dryRun` a preview per merchant, " +
                "and nothing is done. Each is decided as alone, by its version, and has its history and its event. The request waits up to 10 s: 207 with an " +
                "outcome per merchant, or 202, and then it is followed and cancelled at /operations under the same id. Interrupted, it goes on when the same " +
                "request comes again under the same id; nothing is done twice. With `allOrNothing` one refusal keeps all of it from being done: 409, with " +
                "the refusals.")
            .Produces<BulkPreviewAnswer>().Produces<BulkActAnswer>(StatusCodes.Status202Accepted).Produces<BulkActAnswer>(StatusCodes.Status207MultiStatus)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> RunAsync(
        string act, BulkMerchantActRequest request, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, HttpContext context,
        BulkActs acts, TextCatalog texts, TimeProvider clock, CancellationToken cancellationToken)
    {
        var words = s_acts.Select(MerchantRefusals.Word).ToList();
        if (words.IndexOf(act) is var known && known < 0)
        {
            return ProblemResults.Of(BulkRefusals.UnknownAct(act, words));
        }

        var step = new BulkMerchantStep(
            s_acts[known], request.Why ?? "", request.Cure ?? "", request.Scopes is { } scopes ? [.. scopes.Distinct().Order()] : null);
        if (new MerchantStep(step.Act, 0, step.Why, Actors.Operator, Key: null, step.Scopes, step.Cure).Check() is { } bad)
        {
            return ProblemResults.Of(bad);
        }

        if (!Select(request, clock).Accepted(out var items, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var key = IdempotencyKey.Read(idempotencyKey, context.Request, request);
        if (key.Refusal is { } badKey)
        {
            return ProblemResults.Of(badKey);
        }

        var id = request.BulkActId ?? Guid.CreateVersion7(clock.GetUtcNow());
        var order = new BulkOrder(id, "merchants", act, JsonSerializer.Serialize(step, PlatformJson.Options), request.AllOrNothing, Actors.Operator);
        return await BulkEndpoints.RunAsync(
            context, acts, texts, order, key.Value, new { step, request.Items, request.Filter }, request.DryRun, items, cancellationToken);
    }

    /// <summary>What selects the merchants; a filter is read now and asked when the act begins.</summary>
    private static Result<BulkSelection> Select(BulkMerchantActRequest request, TimeProvider clock)
    {
        if ((request.Items is null) == (request.Filter is null) || request.Items is { Count: 0 })
        {
            return BulkRefusals.ItemsOrFilter();
        }

        if (request.Filter is { } given)
        {
            var parameters = new ListParameters(given.Select(g => KeyValuePair.Create(g.Key, (string?)g.Value)), ListFilter.Names);
            var filter = ListFilter.Read(parameters, MerchantList.States);
            if (parameters.Given.Count == 0)
            {
                return BulkRefusals.EmptyFilter();
            }

            BulkSelection filtered = (connection, cancellationToken) => FilteredAsync(connection, filter, clock, cancellationToken);
            return filtered;
        }

        var items = request.Items!;
        if (items.Count > BulkActs.ItemsMax)
        {
            return BulkRefusals.TooMany(BulkActs.ItemsMax);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var selected = new List<BulkItem>(items.Count);
        foreach (var item in items)
        {
            if (item is null || !MerchantNo.TryParse(item.Id, out _) || item.Version < 1 || item.Hold < 1)
            {
                return BulkRefusals.BadItem(selected.Count + 1);
            }

            if (!seen.Add(item.Id!))
            {
                return BulkRefusals.Twice(item.Id!);
            }

            selected.Add(new(selected.Count + 1, item.Id!, item.Version, item.Hold ?? 0));
        }

        BulkSelection named = (connection, cancellationToken) => NamedAsync(connection, selected, cancellationToken);
        return named;
    }

    /// <summary>Some card numbers have fifteen digits, too: one that looks like it is kept only if it is a merchant's.</summary>
    private static async Task<IReadOnlyList<BulkItem>> NamedAsync(
        NpgsqlConnection connection, IReadOnlyList<BulkItem> selected, CancellationToken cancellationToken)
    {
        var cardLike = selected.Where(i => CardLikeText.Has(i.Key)).ToList();
        if (cardLike.Count > 0)
        {
            var known = await BulkMerchantRows.LoadAsync(connection, [.. cardLike.Select(i => i.Key)], locked: false, cancellationToken);
            if (cardLike.Find(i => !known.ContainsKey(i.Key)) is { } unknown)
            {
                throw new RefusedException(BulkRefusals.BadItem(unknown.ItemNo));
            }
        }

        return selected;
    }

    private static async Task<IReadOnlyList<BulkItem>> FilteredAsync(
        NpgsqlConnection connection, ListFilter filter, TimeProvider clock, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        await filter.AddToAsync(where, MerchantList.Columns, BusinessTime.Today(clock), connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            select m.merchant_no, m.version from {MerchantList.From}
            {where.Where}
            order by m.merchant_no collate "C"
            limit {BulkActs.ItemsMax + 1}
            """,
            connection);
        where.Bind(command.Parameters);
        var items = new List<BulkItem>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new(items.Count + 1, reader.GetString(0), reader.GetInt32(1)));
        }

        return items.Count <= BulkActs.ItemsMax ? items : throw new RefusedException(BulkRefusals.TooMany(BulkActs.ItemsMax));
    }
}
