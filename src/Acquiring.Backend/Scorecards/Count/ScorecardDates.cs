using Acquiring.Core.Scorecards;
using Npgsql;

namespace Acquiring.Backend.Scorecards.Count;

/// <summary>Writes the rows of closed dates. Done again, it writes the same, as long as history says the same.</summary>
internal static class ScorecardDates
{
    /// <summary>The columns of the measures, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "merchants_open", "merchants_active", "rural_merchants", "terminals_installed", "idle_terminals", "idle_year_terminals", "volume_fen",
        "transactions", "commission_fen", "rural_volume_fen", "terminals_removed", "terminals_redeployed", "tier_promotions", "tier_demotions",
    ];

    /// <summary>
    /// Takes the notes of what was dated back, and marks what was counted otherwise since. A note that comes while a date is being counted stays
    /// for the next night, so none is lost.
    /// </summary>
    public static async Task TakeNotesAsync(NpgsqlConnection connection, DateOnly through, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken as (delete from scorecard_recount where from_date <= $1 returning from_date)
            update scorecard_date set stale = true where business_date >= (select min(from_date) from taken) and not stale
            """,
            connection);
        command.Parameters.Add(new() { Value = through });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Closed dates up to one that have no rows or stale ones, and the date itself; oldest first.</summary>
    public static async Task<IReadOnlyList<DateOnly>> DueAsync(
        NpgsqlConnection connection, DateOnly through, DateOnly? done, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.business_date
            from business_day_close c
            left join scorecard_date d using (business_date)
            where c.business_date <= $1 and (d.business_date is null or d.stale or c.business_date = $1)
              and ($2::date is null or c.business_date > $2)
            order by c.business_date
            """,
            connection);
        command.Parameters.Add(new() { Value = through });
        command.Parameters.Add(new() { Value = (object?)done ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
        var dates = new List<DateOnly>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            dates.Add(reader.GetFieldValue<DateOnly>(0));
        }

        return dates;
    }

    /// <summary>In the caller's transaction, whole or not at all. Who writes the same date at the same time waits, and writes the same.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, DateOnly date, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(new("set local jit = off"));
        var head = new NpgsqlBatchCommand(
            """
            insert into scorecard_date (business_date, written_at) values ($1, $2)
            on conflict on constraint scorecard_date_pk do update set written_at = excluded.written_at, stale = false
            """);
        head.Parameters.Add(new() { Value = date });
        head.Parameters.Add(new() { Value = nowUtc });
        batch.BatchCommands.Add(head);
        var clear = new NpgsqlBatchCommand("delete from scorecard_day where business_date = $1");
        clear.Parameters.Add(new() { Value = date });
        batch.BatchCommands.Add(clear);
        await batch.ExecuteNonQueryAsync(cancellationToken);

        await using var command = new NpgsqlCommand(
            $"insert into scorecard_day (business_date, branch_code, manager_code, {string.Join(", ", Columns)}) {ScorecardParts.Sums}", connection)
        {
            CommandTimeout = 0,
        };
        Bind(command, date, date);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static void Bind(NpgsqlCommand command, DateOnly from, DateOnly to)
    {
        command.Parameters.Add(new("from", NpgsqlTypes.NpgsqlDbType.Date) { Value = from });
        command.Parameters.Add(new("to", NpgsqlTypes.NpgsqlDbType.Date) { Value = to });
    }
}
