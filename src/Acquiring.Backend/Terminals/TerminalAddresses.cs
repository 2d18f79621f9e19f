using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Terminals;

/// <summary>
/// How people name a machine: by its terminal number, eight letters or digits, or by its serial number as <c>sn:…</c>. A colon is in no
/// terminal number, so one path serves both.
/// </summary>
public sealed class TerminalAddresses(NpgsqlDataSource database)
{
    public const string SerialPrefix = "sn:";

    /// <summary>The serial number; <c>null</c> for a terminal number.</summary>
    public static string? SerialOf(string id) =>
        // The framework leaves %2F in a path as it is, and a serial number may have a stroke.
        id.StartsWith(SerialPrefix, StringComparison.Ordinal) ? id[SerialPrefix.Length..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) : null;

    /// <summary>Refuses <c>terminal.unknown</c>. A terminal number is not looked up: its grain does that.</summary>
    public async Task<Result<TerminalNo>> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (SerialOf(id) is not { } serial)
        {
            return TerminalNo.TryParse(id, out var no) ? no : TerminalRefusals.Unknown(id);
        }

        await using var command = database.CreateCommand("select terminal_no from terminal where serial_no = $1");
        command.Parameters.Add(new() { Value = serial });
        return await command.ExecuteScalarAsync(cancellationToken) is string found ? new TerminalNo(found) : TerminalRefusals.Unknown(id);
    }
}
