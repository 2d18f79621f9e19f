using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Terminals;

/// <summary>Reads what a terminal's grain tracks, in one round trip; each part by an index.</summary>
internal static class TerminalActivityReader
{
    public static async Task<TerminalActivity?> ReadAsync(
        NpgsqlDataSource dataSource, string terminalNo, DateOnly today, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        var terminal = new NpgsqlBatchCommand(
            """
            select t.serial_no, t.model, m.merchant_no, t.spare, t.installed_on, t.known_activity_on, sale.on_date,
                   t.version, t.state, t.installation_address,
                   (select f.clock_from from terminal_fact f where f.terminal_id = t.terminal_id order by f.valid_from desc limit 1), t.kind
            from terminal t
            left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
            left join merchant m on m.merchant_id = b.merchant_id
            left join lateral (
                select v.transaction_date as on_date
                from day_volume_current v
                where v.terminal_id = t.terminal_id
                group by v.transaction_date
                having sum(v.sales) > 0
                order by v.transaction_date desc
                limit 1) sale on true
            where t.terminal_no = $1
            """);
        terminal.Parameters.Add(new() { Value = terminalNo });
        batch.BatchCommands.Add(terminal);
        var days = new NpgsqlBatchCommand(
            $"""
            select {ActivityWindow.Columns}
            from terminal t
            join day_activity v using (terminal_id)
            where t.terminal_no = $1 and v.transaction_date >= $2
            group by v.transaction_date
            order by v.transaction_date
            """);
        days.Parameters.Add(new() { Value = terminalNo });
        days.Parameters.Add(new() { Value = ActivityWindow.StartsOn(today) });
        batch.BatchCommands.Add(days);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var activity = new TerminalActivity(
            terminalNo, reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3),
            reader.GetFieldValue<DateOnly>(4), DateOrNull(reader, 6), DateOrNull(reader, 5), ActivityWindow.Empty, Device: null,
            reader.GetInt32(7), new(TerminalRows.StateOf(reader.GetString(8)), reader.GetBoolean(3)), reader.GetString(9), DateOrNull(reader, 10))
        {
            Kind = TerminalKinds.Of(reader.GetString(11)),
        };
        await reader.NextResultAsync(cancellationToken);
        return activity with { Window = await ActivityWindow.ReadAsync(reader, today, cancellationToken) };
    }

    private static DateOnly? DateOrNull(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
}
