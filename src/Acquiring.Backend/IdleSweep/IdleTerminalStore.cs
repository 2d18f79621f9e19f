using Acquiring.Backend.Days;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.IdleSweep;

/// <summary>One idle terminal as the database computes it, before it is put into words.</summary>
public sealed record IdleRow(
    string TerminalNo, string? MerchantNo, string Clock, DateOnly LastActivityOn, string ActivitySource, DateOnly DueOn,
    int IncompleteDays, DateOnly RemovalDueOn);

/// <summary>Which terminals are idle on a date: computed anew from the history known now, whether or not the date is closed.</summary>
public sealed class IdleTerminalStore(NpgsqlDataSource dataSource)
{
    /// <param name="after">The last terminal number already seen; empty for the first page.</param>
    public async Task<IReadOnlyList<IdleRow>> PageAsync(DateOnly on, string after, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await PageAsync(connection, on, after, rows, cancellationToken);
    }

    internal static async Task<IReadOnlyList<IdleRow>> PageAsync(
        NpgsqlConnection connection, DateOnly on, string after, int rows, CancellationToken cancellationToken)
    {
        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        var sql =
            $"""
            {IdleVerdicts.Sql}
            select v.terminal_no, holder.merchant_no, v.clock, v.last_activity_on, v.activity_source, v.due_on, v.incomplete_days,
                   v.removal_due_on
            from verdict v
            left join lateral (
                select m.merchant_no
                from terminal_binding b
                join merchant m using (merchant_id)
                where b.terminal_id = v.terminal_id and b.valid_from < @dayEnd and b.valid_to >= @dayEnd
                order by b.valid_from desc
                limit 1) holder on true
            where v.clock is not null and v.terminal_no > @after
            order by v.terminal_no
            limit @rows
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        IdleVerdicts.Bind(command, on, files.IncompleteThrough(on));
        command.Parameters.Add(new("dayEnd", BusinessTime.ToUtc(on.AddDays(1).ToDateTime(TimeOnly.MinValue))));
        command.Parameters.Add(new("after", after));
        command.Parameters.Add(new("rows", rows));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<IdleRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(new(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateOnly>(3),
                reader.GetString(4), reader.GetFieldValue<DateOnly>(5), reader.GetInt32(6), reader.GetFieldValue<DateOnly>(7)));
        }

        return page;
    }
}
