using System.Text.Json;
using Npgsql;

namespace Acquiring.Backend.Lists;

/// <summary>What a sorted list reads.</summary>
/// <param name="Shown">What is shown of <c>p</c>, which is the page.</param>
/// <param name="Columns">What the page has, besides <c>sort_value</c>.</param>
/// <param name="From">The tables.</param>
/// <param name="Listed">The table whose rows are listed.</param>
/// <param name="Id">The page's own column that follows the sort value.</param>
internal sealed record ListSource(string Shown, string Columns, string From, string Listed, string Id);

/// <summary>
/// Reads one page of a sorted list in one of two ways: few rows are all found first and then sorted; of many, an index is walked in the order
/// of the list until the page is full. Left to itself the database walks too often: it takes the conditions for independent, and where they
/// are not, it looks at every row of the bank for a page of none.
/// </summary>
internal static class SortedPage
{
    /// <param name="limit"><c>null</c> is all, which is sorted whole anyway.</param>
    public static async Task<NpgsqlCommand> CommandAsync(
        NpgsqlConnection connection, ListSource source, SqlConditions filtered, ListOrder order, int? limit, CancellationToken cancellationToken)
    {
        var isSortedWhole = limit is { } rows && await IsSortedWholeAsync(connection, source, filtered, rows, cancellationToken);
        var where = filtered.Copy();
        order.AddTo(where);
        var found = $"select {source.Columns}, {order.Sort.Column} as sort_value from {source.From}\n{where.Where}";
        var way = $"sort_value {order.Way}, {source.Id} {order.Way}";
        var command = new NpgsqlCommand(
            isSortedWhole
                ? $"""
                with found as materialized ({found})
                select {source.Shown} from (select * from found order by {way} limit {limit}) p order by {way}
                """
                : $"""
                select {source.Shown} from ({found} order by {order.OrderBy} {(limit is { } page ? $"limit {page}" : "")}) p order by {way}
                """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    /// <summary>How many rows the database believes the filter to mean; it is asked for its plan only.</summary>
    public static async Task<double> EstimateAsync(
        NpgsqlConnection connection, string from, SqlConditions filtered, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"explain (format json) select from {from}\n{filtered.Where}", connection);
        filtered.Bind(command.Parameters);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
        return plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    /// <summary>A walk meets the rows of its page among as many others as there are for each that is meant: the shorter way is taken.</summary>
    private static async Task<bool> IsSortedWholeAsync(
        NpgsqlConnection connection, ListSource source, SqlConditions filtered, int limit, CancellationToken cancellationToken)
    {
        if (filtered.IsEmpty)
        {
            return false;
        }

        var meant = await EstimateAsync(connection, source.From, filtered, cancellationToken);
        await using var size = new NpgsqlCommand("select greatest(reltuples, 0)::double precision from pg_class where oid = $1::regclass", connection);
        size.Parameters.Add(new() { Value = source.Listed });
        var all = (double)(await size.ExecuteScalarAsync(cancellationToken))!;
        return meant * meant <= limit * all;
    }
}
