using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform;

/// <summary>Part of a list. <see cref="Next"/> is the cursor of the following part; <c>null</c> when this was the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which part of a list a caller asks for.</summary>
/// <param name="After">The parts of the last key seen; empty for the first page.</param>
/// <param name="Limit">1 to <see cref="LimitMax"/>.</param>
public sealed record PageRequest(IReadOnlyList<string> After, int Limit)
{
    public const int LimitDefault = 100;
    public const int LimitMax = 500;

    public bool IsFirst => After.Count == 0;

    /// <summary>Reads <c>cursor</c> and <c>limit</c> of a query; refuses with <c>page.limit</c>, then <c>page.bad-cursor</c>.</summary>
    /// <param name="keyParts">How many parts the list's key has; a cursor of another list does not fit.</param>
    public static Result<PageRequest> Of(string? cursor, int? limit, int keyParts = 1)
    {
        if (limit is < 1 or > LimitMax)
        {
            return Refusal.Of(RefusalKind.Invalid, "page.limit", new Detail("limit", $"{limit}"), new Detail("max", $"{LimitMax}"));
        }

        return Cursor.Read(cursor, keyParts).Accepted(out var after, out var refusal)
            ? new PageRequest(after, limit ?? LimitDefault)
            : refusal;
    }

    /// <summary>Makes the page of <see cref="Limit"/> + 1 rows asked of the database: the one too many says that there is more.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> rows, Func<T, IReadOnlyList<string>> key)
    {
        if (rows.Count <= Limit)
        {
            return new Page<T>(rows, null);
        }

        var items = rows.Take(Limit).ToList();
        return new Page<T>(items, Cursor.Of(key(items[^1])));
    }
}
