using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>
/// What the idle clocks need of a machine, by date: a flag that is set today must not change what was judged of yesterday, and what a machine
/// sold before it came to its present holder is no activity there.
/// </summary>
internal static class TerminalFacts
{
    /// <param name="on">From this date on; later dates that were written down already follow.</param>
    /// <param name="spare"><c>null</c> leaves the flag as it was on each date.</param>
    /// <param name="installedOn">Also since when it works for its present holder; <c>null</c> leaves both as they were.</param>
    public static Task RecordAsync(
        NpgsqlConnection connection, StoredTerminal before, DateOnly on, bool? spare, DateOnly? installedOn, CancellationToken cancellationToken) =>
        RecordAsync(connection, before.TerminalId, before.Standing.Spare, before.InstalledOn, on, spare, installedOn, cancellationToken);

    /// <inheritdoc cref="RecordAsync(NpgsqlConnection, StoredTerminal, DateOnly, bool?, DateOnly?, CancellationToken)"/>
    /// <param name="wasSpare">What it was until now, for a machine of which nothing was written down yet.</param>
    /// <param name="wasInstalledOn">Likewise.</param>
    public static async Task RecordAsync(
        NpgsqlConnection connection, int terminalId, bool wasSpare, DateOnly wasInstalledOn, DateOnly on, bool? spare, DateOnly? installedOn,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        TerminalRows.Add(
            batch,
            """
            insert into terminal_fact (terminal_id, valid_from, spare, installed_on)
            select $1, '-infinity', $2, $3
            where not exists (select from terminal_fact where terminal_id = $1)
            """,
            terminalId, wasSpare, wasInstalledOn);
        TerminalRows.Add(
            batch,
            """
            insert into terminal_fact (terminal_id, valid_from, spare, installed_on, clock_from)
            select $1, $2, f.spare, f.installed_on, f.clock_from
            from terminal_fact f
            where f.terminal_id = $1 and f.valid_from <= $2
            order by f.valid_from desc
            limit 1
            on conflict on constraint terminal_fact_pk do nothing
            """,
            terminalId, on);
        var update = TerminalRows.Add(
            batch,
            """
            update terminal_fact
               set spare = coalesce($3, spare), installed_on = coalesce($4, installed_on), clock_from = coalesce($4, clock_from)
             where terminal_id = $1 and valid_from >= $2
            """,
            terminalId, on);
        update.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = spare, NpgsqlDbType = NpgsqlDbType.Boolean });
        update.Parameters.Add(new NpgsqlParameter<DateOnly?> { TypedValue = installedOn, NpgsqlDbType = NpgsqlDbType.Date });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
