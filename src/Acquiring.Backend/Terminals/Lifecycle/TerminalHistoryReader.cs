using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <param name="Version">The terminal's version that the step made.</param>
/// <param name="Act">As people did it; besides their acts <c>stockIn</c>, and <c>swapIn</c> of a machine that took another's place.</param>
/// <param name="Why">The reason's code where the act has one, else what was written.</param>
/// <param name="Details">What belongs to the act: reason, note, merchant, address, the machine it replaces or that replaced it.</param>
public sealed record TerminalStepAnswer(
    int Version, string Act, TerminalState From, TerminalState To, string Why, string Actor, DateTimeOffset At, JsonNode Details);

/// <summary>What people did with a machine, the latest first.</summary>
public sealed class TerminalHistoryReader(NpgsqlDataSource database, TerminalAddresses addresses)
{
    /// <summary>Refuses an unknown terminal and a bad cursor.</summary>
    public async Task<Result<Page<TerminalStepAnswer>>> ListAsync(string terminal, PageRequest page, CancellationToken cancellationToken)
    {
        if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
        {
            return unknown;
        }

        var before = int.MaxValue;
        if (!page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            """
            select s.version, s.act, s.from_state, s.to_state, s.why, s.actor, s.at, s.details::text
            from terminal t
            left join terminal_step s on s.terminal_id = t.terminal_id and s.version < $2
            where t.terminal_no = $1
            order by s.version desc
            limit $3
            """);
        command.Parameters.Add(new() { Value = no.Text });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var steps = new List<TerminalStepAnswer>();
        var isKnown = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            isKnown = true;
            if (!reader.IsDBNull(0))
            {
                steps.Add(new(
                    reader.GetInt32(0), reader.GetString(1), TerminalRows.StateOf(reader.GetString(2)), TerminalRows.StateOf(reader.GetString(3)),
                    reader.GetString(4), reader.GetString(5), new DateTimeOffset(reader.GetDateTime(6)), JsonNode.Parse(reader.GetString(7))!));
            }
        }

        return isKnown ? page.Cut(steps, s => [$"{s.Version}"]) : TerminalRefusals.Unknown(terminal);
    }
}
