using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists;

/// <summary>Something a list can be sorted by.</summary>
/// <param name="Word">As it is asked for.</param>
/// <param name="Column">An index has it, followed by the id.</param>
/// <param name="IdColumn">
/// The id of the column's own table, whose index has both: of another table's, though it is the same, the database would look at every row
/// before the page. <c>null</c> where no two rows share the column.
/// </param>
internal sealed record ListSort(string Word, string Column, NpgsqlDbType Type, string? IdColumn = null);

/// <summary>
/// A page in a sorted list. It goes on behind the last row's own sort value and id, so rows that come, go or change meanwhile neither
/// repeat nor hide any that did not. A row whose sort value changes may move over the place reached and be seen twice or not at all.
/// </summary>
internal sealed record ListOrder(ListSort Sort, bool Descending, PageRequest Page)
{
    private const string NeverText = "-infinity";

    private static readonly string[] s_orders = ["asc", "desc"];

    public static IReadOnlyList<string> Names { get; } = ["sort", "order", "cursor", "limit"];

    /// <summary>Throws <see cref="RefusedException"/>; a cursor of another sort does not fit.</summary>
    public static ListOrder Read(ListParameters parameters, IReadOnlyList<ListSort> sorts)
    {
        var word = parameters.Word("sort", [.. sorts.Select(s => s.Word)]) ?? sorts[0].Word;
        var descending = parameters.Word("order", s_orders) == "desc";
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit, keyParts: 4).Value;
        if (!page.IsFirst && (page.After[0] != word || page.After[1] != (descending ? "desc" : "asc")))
        {
            throw new RefusedException(Cursor.Bad());
        }

        return new(sorts.First(s => s.Word == word), descending, page);
    }

    public string Way => Descending ? "desc" : "asc";

    public string OrderBy => Sort.IdColumn is { } id ? $"{Sort.Column} {Way}, {id} {Way}" : $"{Sort.Column} {Way}";

    public void AddTo(SqlConditions where)
    {
        if (Page.IsFirst)
        {
            return;
        }

        if (!int.TryParse(Page.After[3], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw new RefusedException(Cursor.Bad());
        }

        var beyond = Descending ? "<" : ">";
        var value = where.Value(ValueOf(Page.After[2]), Sort.Type);
        where.Add(Sort.IdColumn is { } column
            ? $"({Sort.Column}, {column}) {beyond} ({value}, {where.Value(id, NpgsqlDbType.Integer)})"
            : $"{Sort.Column} {beyond} {value}");
    }

    public IReadOnlyList<string> Key(object value, int id) =>
    [
        Sort.Word, Way,
        value is DateOnly date ? date == DateOnly.MinValue ? NeverText : date.ToString("yyyy-MM-dd") : $"{value}",
        $"{id}",
    ];

    private object ValueOf(string text) => Sort.Type switch
    {
        NpgsqlDbType.Text => text.Contains('\0', StringComparison.Ordinal) ? throw new RefusedException(Cursor.Bad()) : text,
        NpgsqlDbType.Bigint when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        NpgsqlDbType.Date when text == NeverText => DateOnly.MinValue,
        NpgsqlDbType.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
        _ => throw new RefusedException(Cursor.Bad()),
    };
}
