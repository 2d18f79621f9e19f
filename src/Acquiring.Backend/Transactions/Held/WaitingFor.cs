using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Held;

/// <summary>
/// What refunds and reversals in suspense wait for. Those that wait are few, so they come to the sales rather than the references of a
/// whole chunk going to the database.
/// </summary>
internal sealed class WaitingFor
{
    /// <summary>When more wait, the database compares.</summary>
    private const int WaitingMax = 50_000;

    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<(string TerminalNo, int Stan)> _stans = [];
    private int _waiting;

    private WaitingFor()
    {
    }

    public bool IsNothing => _waiting == 0;

    public static async Task<WaitingFor> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
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
        var waiting = new WaitingFor();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting._waiting++;
            if (reader.GetString(0) is { Length: > 0 } reference)
            {
                waiting._references.Add(reference);
            }
            else if (!reader.IsDBNull(2))
            {
                waiting._stans.Add((reader.GetString(1), reader.GetInt32(2)));
            }
        }

        return waiting;
    }

    /// <summary>Whether a waiting line's reference or STAN fits the sale: for more sales than truly match, never for fewer.</summary>
    public bool MayBe(Candidate sale) =>
        _waiting > WaitingMax || _references.Contains(sale.Line.Reference) || _stans.Contains((sale.Line.TerminalNo.Text, sale.Line.Stan));
}
