using Acquiring.Core.Idle;
using Npgsql;

namespace Acquiring.Backend.IdleSweep;

/// <summary>The idle sweep of one close: judges every terminal and writes a dated finding where the verdict is another than before.</summary>
public static class Sweep
{
    /// <summary>
    /// Another verdict is another clock, none any more (<c>cleared</c>), or other numbers on the same clock (a late file moved them).
    /// Runs inside the close's transaction, so closing twice writes nothing twice.
    /// </summary>
    /// <returns>How many findings were written.</returns>
    public static async Task<int> RecordAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly on, IReadOnlyList<DateOnly> incompleteDates,
        DateTime foundAtUtc, CancellationToken cancellationToken)
    {
        const string sql =
            $"""
            {IdleVerdicts.Sql}
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
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        IdleVerdicts.Bind(command, on, incompleteDates);
        command.Parameters.Add(new("rule", IdleRule.Source));
        command.Parameters.Add(new("foundAt", foundAtUtc));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
