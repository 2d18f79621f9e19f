using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Platform.Bulk;

/// <param name="Item">Its place in the request, from 1; of a filter, in the order of numbers.</param>
/// <param name="Id">The record's number.</param>
/// <param name="Version">The version it was asked for; in a preview of a filter the present one, to be handed in with the act.</param>
/// <param name="NewVersion">The record's version after the act.</param>
/// <param name="Problem">Why it is refused: a problem document of its own.</param>
public sealed record BulkItemAnswer(int Item, string Id, int Version, BulkItemState State, int? NewVersion, JsonObject? Problem);

/// <summary>Why items were refused, and how many for the same reason.</summary>
public sealed record BulkRefusalCount(string Code, int Count, string Example);

/// <param name="Summary">One sentence for a person, such as "37 selected, 3 will be refused".</param>
/// <param name="Items">Every item, in the order of the request; <c>done</c> stands for what would be done.</param>
public sealed record BulkPreviewAnswer(
    int Selected, int Accepted, int Refused, string Summary, IReadOnlyList<BulkRefusalCount> Refusals, IReadOnlyList<BulkItemAnswer> Items);

/// <param name="BulkActId">Follow and cancel it at /operations under this id.</param>
/// <param name="Waiting">Not done yet; of an all-or-nothing act that was refused, never.</param>
/// <param name="Items">The first outcomes once it has ended; the rest is at /bulk-acts/{id}/items.</param>
/// <param name="Next">The cursor of the following outcomes.</param>
public sealed record BulkActAnswer(
    Guid BulkActId, string Kind, string Act, BulkActState State, bool AllOrNothing, int Selected, int Done, int Refused, int Waiting,
    DateTimeOffset StartedAt, IReadOnlyList<BulkItemAnswer> Items, string? Next);

internal static class BulkAnswers
{
    private const int RefusalsShown = 10;

    public static BulkItemAnswer Of(BulkItem item, BulkItemState state, int? newVersion, Refusal? refusal, TextCatalog texts, CultureInfo language) => new(
        item.ItemNo, item.Key, item.Version, state, newVersion, refusal is null ? null : ProblemResults.Document(refusal, texts, language));

    public static BulkPreviewAnswer Preview(
        IReadOnlyList<BulkItem> items, IReadOnlyList<BulkOutcome> outcomes, TextCatalog texts, CultureInfo language)
    {
        var byNo = outcomes.ToDictionary(o => o.ItemNo);
        var refusals = outcomes.Where(o => o.Refusal is not null).Select(o => o.Refusal!).ToList();
        return new(
            items.Count, items.Count - refusals.Count, refusals.Count,
            texts.Text("bulk.preview", language, new Detail("selected", $"{items.Count}"), new Detail("refused", $"{refusals.Count}")),
            [.. refusals.GroupBy(r => r.Code, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Take(RefusalsShown)
                .Select(g => new BulkRefusalCount(g.Key, g.Count(), texts.Text(g.First(), language)))],
            [.. items.Select(i => byNo[i.ItemNo] is { Refusal: { } refusal }
                ? Of(i, BulkItemState.Refused, null, refusal, texts, language)
                : Of(i, BulkItemState.Done, byNo[i.ItemNo].Version, null, texts, language))]);
    }

    public static BulkActAnswer Act(BulkActRow row, Page<BulkItemAnswer> items) => new(
        row.Order.Id, row.Order.Kind, row.Order.Act, row.State, row.Order.AllOrNothing, row.Selected, row.Done, row.Refused,
        row.Selected - row.Done - row.Refused, row.StartedAt, items.Items, items.Next);
}
