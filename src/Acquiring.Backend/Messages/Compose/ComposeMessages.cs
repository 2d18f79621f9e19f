using System.Text.Json.Nodes;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Messages.Compose;

/// <summary>
/// Makes messages of the events that ended transactions left in the outbox, so that no act knows of messages. Reading and writing are one
/// transaction; composing an event again makes nothing, since a matter is told once.
/// </summary>
internal sealed class ComposeMessages(
    NpgsqlDataSource database, EventMessages messages, AddressBook addresses, MessageRows rows, MessageOptions options, TimeProvider clock)
{
    private const int EventsAtATimeMax = 500;

    /// <summary>Returns how many messages are new.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        string since, upto;
        await using (var read = new NpgsqlCommand(
            "select upto::text, pg_snapshot_xmin(pg_current_snapshot())::text from message_reading for update", connection))
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            (since, upto) = (reader.GetString(0), reader.GetString(1));
        }

        var made = 0;
        IReadOnlyList<ToldEvent> events;
        long last = 0;
        do
        {
            events = await EventsAsync(connection, since, upto, last, cancellationToken);
            made += await MakeAsync(connection, events, cancellationToken);
            last = events.Count > 0 ? events[^1].EventId : last;
        }
        while (events.Count == EventsAtATimeMax);

        await using (var advance = new NpgsqlCommand("update message_reading set upto = $1::xid8 where upto < $1::xid8", connection))
        {
            advance.Parameters.Add(new() { Value = upto });
            await advance.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    private async Task<int> MakeAsync(NpgsqlConnection connection, IReadOnlyList<ToldEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return 0;
        }

        var facts = await EventFacts.ReadAsync(connection, events, BusinessTime.Today(clock), cancellationToken);
        var drafts = events.SelectMany(e => messages.Of(e, facts)).ToList();
        var found = await addresses.FindAsync(connection, drafts.Select(d => d.To).ToHashSet(), cancellationToken);
        return await rows.InsertAsync(
            connection, [.. drafts.Select(d => (d, found[d.To]))], clock.GetUtcNow(), options.GiveUpAfter, cancellationToken);
    }

    private static async Task<IReadOnlyList<ToldEvent>> EventsAsync(
        NpgsqlConnection connection, string since, string upto, long after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select outbox_event_id, type, object_key, object_version, at, payload::text
            from outbox_event
            where xid >= $1::xid8 and xid < $2::xid8 and outbox_event_id > $3 and type = any($4)
            order by outbox_event_id
            limit $5
            """,
            connection);
        command.Parameters.Add(new() { Value = since });
        command.Parameters.Add(new() { Value = upto });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = EventMessages.Types.ToArray() });
        command.Parameters.Add(new() { Value = EventsAtATimeMax });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<ToldEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), new DateTimeOffset(reader.GetDateTime(4)),
                JsonNode.Parse(reader.GetString(5))!));
        }

        return events;
    }
}
