using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Held;

/// <summary>
/// Which of a chunk's sales refunds or reversals may wait for. Those that wait are few, so they come to the sales rather than the
/// references of a whole chunk going to the database.
/// </summary>
internal static class WaitingFor
{
    /// <summary>When more wait, the database compares.</summary>
    private const int WaitingMax = 50_000;

    /// <summary>Sales that a waiting line's reference or STAN fits; more than truly match, never fewer.</summary>
    public static async Task<Candidate[]> FilterAsync(NpgsqlConnection connection, Candidate[] sales, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select original_reference, terminal_no, original_stan
            from held_line
            where state = 'held' and reason = 'sale-unknown'
            limit $1
            """,
            connection);
        command.Parameters.Add(new() { Value = WaitingMax + 1 });
        var references = new HashSet<string>(StringComparer.Ordinal);
        var stans = new HashSet<(string TerminalNo, int Stan)>();
        var waiting = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting++;
            if (reader.GetString(0) is { Length: > 0 } reference)
            {
                references.Add(reference);
            }
            else if (!reader.IsDBNull(2))
            {
                stans.Add((reader.GetString(1), reader.GetInt32(2)));
            }
        }

        return waiting > WaitingMax
            ? sales
            : Array.FindAll(sales, s => references.Contains(s.Line.Reference) || stans.Contains((s.Line.TerminalNo.Text, s.Line.Stan)));
    }
}
