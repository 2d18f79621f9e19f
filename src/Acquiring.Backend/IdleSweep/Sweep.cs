using Acquiring.Backend.Platform;
using Acquiring.Core.Idle;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdleSweep;

/// <summary>
/// The idle sweep of one close: writes a dated finding for each terminal whose verdict is another than before. It judges the terminals whose
/// verdict can have changed: those whose clock ran out since the close before, and those that something was noted of (decision 0021). So it
/// costs what changed, whatever the fleet; the first close judges all.
/// </summary>
public static class Sweep
{
    private const string Insert =
        """
        insert into idle_finding (terminal_id, judged_on, verdict, rule, last_activity_on, activity_source, due_on, incomplete_days, found_at)
        select v.terminal_id, @on, coalesce(v.clock, 'cleared'), @rule, v.last_activity_on, v.activity_source, v.due_on,
               v.incomplete_days, @foundAt
        from verdict v
        left join lateral (
            select f.verdict, f.last_activity_on, f.activity_source, f.due_on, f.incomplete_days
            from idle_finding f
            where f.terminal_id = v.terminal_id
            order by f.judged_on desc
            limit 1) latest on true
        where coalesce(v.clock, 'cleared') <> coalesce(latest.verdict, 'cleared')
           or (v.clock is not null
               and (v.last_activity_on, v.activity_source, v.due_on, v.incomplete_days)
                   is distinct from (latest.last_activity_on, latest.activity_source, latest.due_on, latest.incomplete_days))
        order by v.terminal_id
        """;

    /// <summary>
    /// Another verdict is another clock, none any more (<c>cleared</c>), or other numbers on the same clock (a late file moved them).
    /// Runs inside the close's transaction, so closing twice writes nothing twice.
    /// </summary>
    /// <returns>How many findings were written.</returns>
    public static async Task<int> RecordAsync(
        NpgsqlConnection connection, DateOnly on, IReadOnlyList<DateOnly> incompleteDates, DateTime foundAtUtc, CancellationToken cancellationToken)
    {
        await BringUpToDateAsync(connection, foundAtUtc, cancellationToken);
        var now = new IdleMoment(on, incompleteDates.ToHashSet());
        // Taken before anything is judged: what is noted later than this is judged by the next close.
        var noted = await TakeNotesAsync(connection, on, cancellationToken);
        int[]? only = null;
        if (await BeforeAsync(connection, on, cancellationToken) is { } before)
        {
            noted.UnionWith(await CandidatesAsync(connection, before, now, cancellationToken));
            only = [.. noted];
        }

        return only is { Length: 0 } ? 0 : await WriteAsync(connection, now, incompleteDates, only, foundAtUtc, cancellationToken);
    }

    /// <summary>Judges all, whatever is noted: what a sweep of changes must have left nothing for.</summary>
    internal static Task<int> RecordAllAsync(
        NpgsqlConnection connection, DateOnly on, IReadOnlyList<DateOnly> incompleteDates, DateTime foundAtUtc, CancellationToken cancellationToken) =>
        WriteAsync(connection, new(on, incompleteDates.ToHashSet()), incompleteDates, only: null, foundAtUtc, cancellationToken);

    /// <summary>The last activities that the lists keep are some seconds behind; here they must not be.</summary>
    private static async Task BringUpToDateAsync(NpgsqlConnection connection, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select refresh_activity((select window_from from activity_refresh), $1)", connection);
        command.Parameters.Add(new() { Value = nowUtc });
        command.CommandTimeout = 0;
        if (await command.ExecuteScalarAsync(cancellationToken) is DBNull)
        {
            throw new InvalidOperationException("a close holds the lock of the lists' rows, and yet another session refreshes them");
        }
    }

    /// <returns><c>null</c> when every terminal is to be judged.</returns>
    private static async Task<IdleMoment?> BeforeAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.business_date, c.incomplete_dates
            from business_day_close c, idle_sweep s
            where s.full_through < $1
            order by c.business_date desc
            limit 1
            """,
            connection);
        command.Parameters.Add(new() { Value = on });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly[]>(1).ToHashSet())
            : null;
    }

    private static async Task<List<int>> CandidatesAsync(NpgsqlConnection connection, IdleMoment before, IdleMoment now, CancellationToken cancellationToken)
    {
        var earliest = await EarliestAsync(connection, cancellationToken);
        var dates = IdleCrossing.Between(before, now, () => earliest);
        await using var command = new NpgsqlCommand(
            """
            select terminal_id from terminal_activity where idle_since = any($1)
            union
            select terminal_id from terminal_fact where clock_from = any($1)
            union
            select terminal_id from terminal_fact where installed_on = any($1)
            """,
            connection);
        command.Parameters.Add(new() { Value = dates.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        return await IdsAsync(command, cancellationToken);
    }

    private static async Task<HashSet<int>> TakeNotesAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken as (delete from idle_note where keep_until <= $1 returning terminal_id)
            select terminal_id from taken
            union all
            select terminal_id from idle_note where keep_until > $1
            """,
            connection);
        command.Parameters.Add(new() { Value = on });
        return [.. await IdsAsync(command, cancellationToken)];
    }

    private static async Task<List<int>> IdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt32(0));
        }

        return ids;
    }

    private static async Task<DateOnly> EarliestAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select least((select min(idle_since) from terminal_activity), (select min(clock_from) from terminal_fact),
                         (select min(installed_on) from terminal_fact), current_date)
            """,
            connection);
        return (DateOnly)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="only"><c>null</c>: all.</param>
    private static async Task<int> WriteAsync(
        NpgsqlConnection connection, IdleMoment now, IReadOnlyList<DateOnly> incompleteDates, int[]? only, DateTime foundAtUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{(only is null ? IdleVerdicts.SqlOfAll : IdleVerdicts.SqlOfSome)}\n{Insert}", connection) { CommandTimeout = 0 };
        IdleVerdicts.Bind(command, now.On, incompleteDates);
        command.Parameters.Add(new("rule", IdleRule.Source));
        command.Parameters.Add(new("foundAt", foundAtUtc));
        if (only is not null)
        {
            command.Parameters.Add(new("only", only));
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
