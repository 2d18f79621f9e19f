using Acquiring.Backend.Platform;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Terminals.Plates;

/// <summary>Plates as they are now.</summary>
public sealed class PlateReader(NpgsqlDataSource database)
{
    /// <summary>By terminal number. Refuses a cursor of another list.</summary>
    internal async Task<Result<Page<QrPlateAnswer>>> ListAsync(
        QrPlateState? state, string? merchantNo, PageRequest page, CancellationToken cancellationToken)
    {
        if (!page.IsFirst && !TerminalNo.TryParse(page.After[0], out _))
        {
            return Cursor.Bad();
        }

        var plates = await ReadAsync(
            """
            where t.kind = 'qrPlate' and t.terminal_no collate "C" > $1 and ($2 is null or t.state = $2) and ($3 is null or m.merchant_no = $3)
            order by t.terminal_no collate "C"
            limit $4
            """,
            page.IsFirst ? "" : page.After[0], state is { } s ? TerminalRefusals.Word(QrPlates.StateOf(s)) : null, merchantNo, page.Limit + 1,
            cancellationToken);
        return page.Cut(plates, p => [p.TerminalNo]);
    }

    /// <summary>Refuses a machine as it refuses what is not there.</summary>
    internal async Task<Result<QrPlateAnswer>> FindAsync(TerminalNo no, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
            "where t.kind = 'qrPlate' and t.terminal_no = $1 and $2 is null and $3 is null limit $4", no.Text, null, null, 1, cancellationToken);
        return found.Count > 0 ? found[0] : PlateRefusals.Unknown(no.Text);
    }

    private async Task<List<QrPlateAnswer>> ReadAsync(
        string which, string no, string? state, string? merchantNo, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select t.terminal_no, t.serial_no, t.version, t.state, m.merchant_no, t.installation_address, t.installed_on
            from terminal t
            left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
            left join merchant m on m.merchant_id = b.merchant_id
            {which}
            """);
        command.Parameters.Add(new() { Value = no });
        command.Parameters.Add(new() { Value = (object?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)merchantNo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = limit });
        var plates = new List<QrPlateAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            plates.Add(QrPlateAnswer.Of(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), TerminalRows.StateOf(reader.GetString(3)),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetString(5), reader.GetFieldValue<DateOnly>(6)));
        }

        return plates;
    }
}
