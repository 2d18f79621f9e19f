using System.Text.Json.Nodes;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Transactions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Messages.Compose;

/// <summary>
/// Makes messages of the events that ended transactions left in the outbox, so that no act knows of messages. Reading and writing are one
/// transaction; composing an event again makes nothing, since a matter is told once.
/// </summary>
internal sealed partial class ComposeMessages(
    NpgsqlDataSource database, EventMessages messages, AddressBook addresses, MessageRows rows, MessageOptions options, TimeProvider clock,
    ILogger<ComposeMessages> log)
{
    private const int EventsAtATimeMax = 500;

    /// <summary>Returns how many messages are new.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var reading = await OutboxReader.Messages.BeginAsync(connection, cancellationToken);
        var made = 0;
        IReadOnlyList<ToldEvent> events;
        long last = 0;
        do
        {
            events = await EventsAsync(connection, reading, last, cancellationToken);
            made += await MakeAsync(connection, events, cancellationToken);
            last = events.Count > 0 ? events[^1].EventId : last;
        }
        while (events.Count == EventsAtATimeMax);

        await OutboxReader.Messages.EndAsync(connection, reading, cancellationToken);
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
        var drafts = events.SelectMany(e => Drafts(e, facts)).ToList();
        var found = await addresses.FindAsync(connection, drafts.Select(d => d.To).ToHashSet(), cancellationToken);
        return await rows.InsertAsync(
            connection, [.. drafts.Select(d => (d, found[d.To]))], clock.GetUtcNow(), options.GiveUpAfter, cancellationToken);
    }

    /// <summary>An event that no message can be made of for a bug keeps no other from being told; the check of the books names it.</summary>
    private IReadOnlyList<MessageDraft> Drafts(ToldEvent e, EventFacts facts)
    {
        try
        {
            return [.. messages.Of(e, facts)];
        }
        catch (Exception failure) when (FailureHandler.RefusalOf(failure) is null)
        {
            LogBug(failure, e.EventId, e.Type);
            return [];
        }
    }

    private static async Task<IReadOnlyList<ToldEvent>> EventsAsync(
        NpgsqlConnection connection, OutboxReading reading, long after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select outbox_event_id, type, object_key, object_version, at, payload::text
            from outbox_event e
            where {reading.Unread} and outbox_event_id > $4 and type = any($5)
            order by outbox_event_id
            limit $6
            """,
            connection);
        reading.AddTo(command);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "event {EventId} ({Type}): a bug; no message is made of it, of the others there are")]
    private partial void LogBug(Exception failure, long eventId, string type);
}
