using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.Bindings;

/// <summary>
/// Who held a machine, where and since when. By terminal number it follows the number, by serial number the machine itself: an import may
/// have put another machine under a number.
/// </summary>
public sealed class BindingHistory(NpgsqlDataSource database, PersonalDataProtector protector)
{
    /// <summary>As a date ended. Refuses an unknown terminal.</summary>
    public async Task<Result<TerminalHolderAnswer>> HolderAsync(string terminal, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = Command(
            terminal,
            $"""
            select {BindingAnswers.Columns}
            from binding_version v
            join terminal t using (terminal_id)
            join merchant m using (merchant_id)
            where %which% and v.valid_from < $2 and v.valid_to >= $2
            order by v.valid_from desc
            limit 1
            """);
        command.Parameters.Add(new() { Value = BusinessTime.EndOf(on) });
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                return new TerminalHolderAnswer(terminal, on, BindingAnswers.Read(reader, protector));
            }
        }

        return await IsKnownAsync(terminal, cancellationToken)
            ? new TerminalHolderAnswer(terminal, on, null)
            : TerminalRefusals.Unknown(terminal);
    }

    /// <summary>All versions, the latest first. Refuses an unknown terminal and a bad cursor.</summary>
    public async Task<Result<Page<BindingVersionAnswer>>> ListAsync(string terminal, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (!page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = Command(
            terminal,
            $"""
            select {BindingAnswers.Columns}
            from binding_version v
            join terminal t using (terminal_id)
            join merchant m using (merchant_id)
            where %which% and v.binding_version_id < $2
            order by v.binding_version_id desc
            limit $3
            """);
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        var rows = new List<(int Id, BindingVersionAnswer Version)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add((reader.GetInt32(9), BindingAnswers.Read(reader, protector)));
            }
        }

        if (rows.Count == 0 && !await IsKnownAsync(terminal, cancellationToken))
        {
            return TerminalRefusals.Unknown(terminal);
        }

        var cut = page.Cut(rows, r => [$"{r.Id}"]);
        return new Page<BindingVersionAnswer>([.. cut.Items.Select(r => r.Version)], cut.Next);
    }

    private NpgsqlCommand Command(string terminal, string sql)
    {
        var serial = TerminalAddresses.SerialOf(terminal);
        var which = serial is null ? "v.terminal_id = (select terminal_id from terminal where terminal_no = $1)" : "v.serial_no = $1";
        var command = database.CreateCommand(sql.Replace("%which%", which, StringComparison.Ordinal));
        command.Parameters.Add(new() { Value = serial ?? terminal });
        return command;
    }

    private async Task<bool> IsKnownAsync(string terminal, CancellationToken cancellationToken)
    {
        var serial = TerminalAddresses.SerialOf(terminal);
        await using var command = database.CreateCommand(
            serial is null
                ? "select exists (select from terminal where terminal_no = $1)"
                : "select exists (select from terminal where serial_no = $1) or exists (select from binding_version where serial_no = $1)");
        command.Parameters.Add(new() { Value = serial ?? terminal });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
