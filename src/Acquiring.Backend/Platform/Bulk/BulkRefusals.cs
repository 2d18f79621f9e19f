using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.Bulk;

internal static class BulkRefusals
{
    public static Refusal ItemsOrFilter() => Refusal.Of(RefusalKind.Invalid, "bulk.items-or-filter");

    public static Refusal EmptyFilter() => Refusal.Of(RefusalKind.Invalid, "bulk.empty-filter");

    public static Refusal BadItem(int itemNo) => Refusal.Of(RefusalKind.Invalid, "bulk.bad-item", new Detail("item", $"{itemNo}"));

    public static Refusal Twice(string key) => Refusal.Of(RefusalKind.Invalid, "bulk.twice", new Detail("id", key.Length > 40 ? key[..40] : key));

    public static Refusal TooMany(int max) => Refusal.Of(RefusalKind.TooLarge, "bulk.too-many", new Detail("max", $"{max}"));

    public static Refusal UnknownAct(string act, IEnumerable<string> legal) => Refusal.Of(
        RefusalKind.NotFound, "bulk.unknown-act", new Detail("act", act.Length > 40 ? act[..40] : act), new Detail("legal", string.Join(", ", legal)));

    public static Refusal Unknown(Guid id) => Refusal.Of(RefusalKind.NotFound, "bulk.unknown", new Detail("bulkActId", $"{id}"));

    public static Refusal Reused(Guid id) => Refusal.Of(RefusalKind.Rule, "request.key-reused", new Detail("key", $"{id}"));

    /// <summary>All or nothing was asked for, and some were refused.</summary>
    public static Refusal NothingDone(int refused) =>
        Refusal.Of(RefusalKind.Conflict, "bulk.nothing-done", new Detail("refused", $"{refused}"));
}
