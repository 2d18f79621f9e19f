using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>Begins and ends what a machine is bound to, and writes down what that changed of the five items.</summary>
internal static class BindingRows
{
    /// <summary>From now on. A binding of before that is still to end is waited for.</summary>
    public static Task BeginAsync(
        NpgsqlConnection connection, int terminalId, int merchantId, DateTime nowUtc, CancellationToken cancellationToken) =>
        RunAsync(
            connection,
            """
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select $1, $2, greatest($3, (select max(valid_to) from terminal_binding where terminal_id = $1))
            """,
            cancellationToken, terminalId, merchantId, nowUtc);

    /// <summary>Now. One that is still to begin ends a second after its begin, since it cannot end before.</summary>
    public static Task EndAsync(NpgsqlConnection connection, int terminalId, DateTime nowUtc, CancellationToken cancellationToken) =>
        RunAsync(
            connection,
            """
            update terminal_binding set valid_to = greatest($2, valid_from + interval '1 second')
            where terminal_id = $1 and valid_to = 'infinity'
            """,
            cancellationToken, terminalId, nowUtc);

    /// <summary>Versions and changes of these machines, after all else that the act changed of them.</summary>
    public static Task RecordAsync(NpgsqlConnection connection, int[] terminalIds, CancellationToken cancellationToken) =>
        RunAsync(connection, "select record_binding_changes($1)", cancellationToken, terminalIds);

    /// <summary>What the clearing house is told besides: a machine is lost, cannot be fetched, or was found again.</summary>
    public static Task TellAsync(
        NpgsqlConnection connection, int terminalId, TerminalState state, DateTime nowUtc, CancellationToken cancellationToken) =>
        RunAsync(
            connection,
            """
            insert into binding_change (terminal_id, kind, binding_version_id, at)
            select $1, $2, (select binding_version_id from binding_version where terminal_id = $1 order by valid_from desc limit 1), $3
            """,
            cancellationToken, terminalId, state == TerminalState.Recovered ? "found" : TerminalRefusals.Word(state), nowUtc);

    private static async Task RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
