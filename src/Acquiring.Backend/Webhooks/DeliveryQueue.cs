using System.Text.Json.Nodes;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Webhooks;

/// <summary>An event that a webhook is to hear of now.</summary>
internal sealed record DueDelivery(
    Guid WebhookId, long EventId, string Type, string ObjectKey, int ObjectVersion, DateTimeOffset At, JsonNode Payload, int Attempts, DateTimeOffset Since);

/// <summary>A webhook that has something to hear.</summary>
internal sealed record Receiver(Guid WebhookId, Uri Url, byte[] Key);

/// <summary>How an attempt ended: with a status, or without an answer.</summary>
internal sealed record AttemptOutcome(DateTimeOffset At, int TookMs, int? Status, string? Error)
{
    public bool IsHeard => Status is >= 200 and < 300;
}

/// <summary>The deliveries in the database: handed on from the outbox, taken in order per object, ended.</summary>
internal sealed class DeliveryQueue(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>
    /// Hands events of ended transactions on to whoever wants them, each once. Those of transactions under way come with a later reading,
    /// however low their numbers; an object's events are in the order of their numbers because its row is locked while they are written.
    /// </summary>
    public async Task HandOnAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var reading = await OutboxReader.Webhooks.BeginAsync(connection, cancellationToken);
        await using (var handOn = new NpgsqlCommand(
            $"""
            insert into webhook_delivery (webhook_id, outbox_event_id, object_key, state, next_at)
            select w.webhook_id, e.outbox_event_id, e.object_key, 'waiting', $4
            from outbox_event e
            join webhook w on w.state <> 'removed' and (e.outbox_event_id > $5 or not pg_visible_in_snapshot(e.xid, w.made_in))
            where {reading.Unread} and (cardinality(w.types) = 0 or e.type = any(w.types) or split_part(e.type, '.', 1) || '.*' = any(w.types))
            on conflict on constraint webhook_delivery_pk do nothing
            """,
            connection))
        {
            reading.AddTo(handOn);
            handOn.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
            handOn.Parameters.Add(new() { Value = reading.LeftOf ?? long.MaxValue });
            await handOn.ExecuteNonQueryAsync(cancellationToken);
        }

        if (reading.LeftOf is not null)
        {
            // All webhooks there are have been handed all events there are: what they were made in was counted by another cluster.
            await using var anew = new NpgsqlCommand("update webhook set made_in = pg_current_snapshot()", connection);
            await anew.ExecuteNonQueryAsync(cancellationToken);
        }

        await OutboxReader.Webhooks.EndAsync(connection, reading, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Receiver>> ReceiversAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select webhook_id, url, secret_sealed from webhook w
            where state = 'active' and exists (select from webhook_delivery d where d.webhook_id = w.webhook_id and d.state = 'waiting')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var receivers = new List<Receiver>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = WebhookSignature.Key(protector.Open(reader.GetFieldValue<byte[]>(2)));
            receivers.Add(new(reader.GetGuid(0), new(reader.GetString(1)), key.Value!));
        }

        return receivers;
    }

    /// <summary>The oldest waiting event of each object, if its time has come. One that waits keeps the object's later ones waiting.</summary>
    public async Task<IReadOnlyList<DueDelivery>> DueAsync(Guid webhookId, int max, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select e.outbox_event_id, e.type, e.object_key, e.object_version, e.at, e.payload::text, d.attempts, d.since
            from (
                select distinct on (object_key) outbox_event_id, attempts, since, next_at
                from webhook_delivery where webhook_id = $1 and state = 'waiting'
                order by object_key, outbox_event_id
            ) d
            join outbox_event e on e.outbox_event_id = d.outbox_event_id
            where d.next_at <= $2 and exists (select from webhook where webhook_id = $1 and state = 'active')
            order by e.outbox_event_id
            limit $3
            """);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = max });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<DueDelivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(new(
                webhookId, reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3),
                new DateTimeOffset(reader.GetDateTime(4)), JsonNode.Parse(reader.GetString(5))!, reader.GetInt32(6), reader.IsDBNull(7) ? clock.GetUtcNow() : new DateTimeOffset(reader.GetDateTime(7))));
        }

        return due;
    }

    /// <summary>The attempt is logged and the delivery ends, or waits until <paramref name="nextAt"/>; <c>null</c> gives it up.</summary>
    public async Task RecordAsync(DueDelivery delivery, AttemptOutcome outcome, DateTimeOffset? nextAt, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            with tried as (
                update webhook_delivery
                   set attempts = attempts + 1, state = $3, next_at = coalesce($4, next_at), ended_at = $5, since = coalesce(since, $6)
                where webhook_id = $1 and outbox_event_id = $2 and state = 'waiting'
                returning attempts
            )
            insert into webhook_attempt (webhook_id, outbox_event_id, attempt, at, took_ms, status, error)
            select $1, $2, attempts, $6, $7, $8, $9 from tried
            """,
            connection);
        var ends = outcome.IsHeard || nextAt is null;
        command.Parameters.Add(new() { Value = delivery.WebhookId });
        command.Parameters.Add(new() { Value = delivery.EventId });
        command.Parameters.Add(new() { Value = outcome.IsHeard ? "delivered" : nextAt is null ? "expired" : "waiting" });
        command.Parameters.Add(new() { Value = ends ? DBNull.Value : nextAt!.Value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = ends ? clock.GetUtcNow().UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = outcome.At.UtcDateTime });
        command.Parameters.Add(new() { Value = outcome.TookMs });
        command.Parameters.Add(new() { Value = (object?)(short?)outcome.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = (object?)outcome.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
