using System.Text.Json;
using System.Text.Json.Serialization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Terminals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>A machine as it lies in the database, locked until the transaction ends.</summary>
/// <param name="MerchantId">Whom it is bound to; <c>null</c> when to nobody.</param>
/// <param name="BoundFrom">Since when (UTC); of no meaning without a holder.</param>
internal sealed record StoredTerminal(
    int TerminalId, string TerminalNo, string SerialNo, string Model, int Version, TerminalStanding Standing, DateOnly InstalledOn, string Address,
    int? MerchantId, string? MerchantNo, DateTime BoundFrom, TerminalKind Kind)
{
    public TerminalRecord Record => new(TerminalNo, SerialNo, Model, Version, Standing, MerchantNo, Address, InstalledOn, Kind: Kind);
}

/// <summary>The rows of a machine: its own and its steps.</summary>
internal static class TerminalRows
{
    private static readonly JsonSerializerOptions s_withoutNulls =
        new(PlatformJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static TerminalState StateOf(string word) => Enum.Parse<TerminalState>(word, ignoreCase: true);

    /// <summary>
    /// In key order. What was bound until now is written down first, so that what an act changes is compared with it.
    /// </summary>
    public static async Task<List<StoredTerminal>> LockAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> terminalNos, CancellationToken cancellationToken)
    {
        // As an object: an array of texts would be taken for the list of the values.
        object numbers = terminalNos.ToArray();
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "select from terminal where terminal_no = any($1) order by terminal_id for update", numbers);
        Add(batch, "select record_binding_changes(array(select terminal_id from terminal where terminal_no = any($1)))", numbers);
        Add(
            batch,
            """
            select t.terminal_id, t.terminal_no, t.serial_no, t.model, t.version, t.state, t.spare, t.installed_on, t.installation_address,
                   b.merchant_id, m.merchant_no, b.valid_from, o.from_state, p.from_state, t.kind
            from terminal t
            left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
            left join merchant m on m.merchant_id = b.merchant_id
            left join lateral (
                select s.from_state from terminal_step s
                where t.state = 'removalOrdered' and s.terminal_id = t.terminal_id and s.act = 'orderRemoval'
                order by s.version desc
                limit 1) o on true
            left join lateral (
                select s.from_state from terminal_step s
                where t.state in ('suspended', 'removalOrdered') and s.terminal_id = t.terminal_id and s.act = 'suspend'
                order by s.version desc
                limit 1) p on true
            where t.terminal_no = any($1)
            """,
            numbers);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var found = new List<StoredTerminal>(terminalNos.Count);
        while (await reader.ReadAsync(cancellationToken))
        {
            var standing = new TerminalStanding(StateOf(reader.GetString(5)), reader.GetBoolean(6))
            {
                BeforeRemoval = reader.IsDBNull(12) ? TerminalState.Active : StateOf(reader.GetString(12)),
                BeforeSuspension = reader.IsDBNull(13) ? TerminalState.Active : StateOf(reader.GetString(13)),
            };
            var isBound = !reader.IsDBNull(9);
            found.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4),
                standing,
                reader.GetFieldValue<DateOnly>(7), reader.GetString(8), isBound ? reader.GetInt32(9) : null,
                isBound ? reader.GetString(10) : null, isBound ? reader.GetDateTime(11) : default,
                TerminalKinds.Of(reader.GetString(14))));
        }

        return found;
    }

    /// <summary>Writes the machine as it is after an act, its step, and what the idle clocks need of it from that date on.</summary>
    public static async Task SaveAsync(
        NpgsqlConnection connection, StoredTerminal before, StoredTerminal after, string act, string why, object details, string actor,
        DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(
            batch,
            """
            update terminal
               set state = $2, spare = $3, installed_on = $4, installation_address = $5, version = $6, changed_at = $7
             where terminal_id = $1
            """,
            before.TerminalId, TerminalRefusals.Word(after.Standing.State), after.Standing.Spare, after.InstalledOn, after.Address, after.Version, nowUtc);
        Step(batch, before, after, act, why, details, actor, nowUtc);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Step(
        NpgsqlBatch batch, StoredTerminal before, StoredTerminal after, string act, string why, object details, string actor, DateTime nowUtc)
    {
        var insert = Add(
            batch,
            """
            insert into terminal_step (terminal_id, version, act, from_state, to_state, why, actor, at, details)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            before.TerminalId, after.Version, act, TerminalRefusals.Word(before.Standing.State), TerminalRefusals.Word(after.Standing.State), why, actor,
            nowUtc);
        insert.Parameters.Add(new() { Value = JsonSerializer.Serialize(details, s_withoutNulls), NpgsqlDbType = NpgsqlDbType.Jsonb });
    }

    internal static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(command);
        return command;
    }
}
