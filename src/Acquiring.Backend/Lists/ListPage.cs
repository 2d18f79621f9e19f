using Npgsql;

namespace Acquiring.Backend.Lists;

/// <summary>How many rows the whole list has; counted no further than <see cref="Max"/>.</summary>
/// <param name="Value">Exact, unless there are more.</param>
/// <param name="OrMore">There are more than <paramref name="Value"/>: show it as "10,000+".</param>
public sealed record ListCount(int Value, bool OrMore)
{
    public const int Max = 10_000;

    internal static async Task<ListCount> ReadAsync(
        NpgsqlConnection connection, string from, SqlConditions where, CancellationToken cancellationToken)
    {
        // With a limit the database looks for the first rows, wherever they are; few are found faster without.
        var limit = await SortedPage.EstimateAsync(connection, from, where, cancellationToken) <= Max ? "" : $"limit {Max + 1}";
        await using var command = new NpgsqlCommand($"select count(*) from (select from {from} {where.Where} {limit}) c", connection);
        where.Bind(command.Parameters);
        var count = (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new(Math.Min(count, Max), count > Max);
    }
}

/// <summary>How far last activities and volumes are.</summary>
internal static class ActivityFreshness
{
    public static async Task<DateTimeOffset?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select nullif(refreshed_at, '-infinity') from activity_refresh", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }
}
