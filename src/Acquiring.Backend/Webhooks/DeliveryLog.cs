using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Webhooks;

/// <param name="Event">The event's number: <c>webhook-id</c> of the delivery.</param>
/// <param name="ObjectKey">What the event is about; its events are delivered one after the other.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c>, or <c>expired</c> after three days.</param>
/// <param name="NextAt">When it is tried next, as long as it waits and nothing older of the object does.</param>
/// <param name="LastStatus">What the receiver answered last; <c>null</c> without an answer.</param>
/// <param name="LastError"><c>noAnswer</c>, <c>noConnection</c>, <c>unknownHost</c>, <c>badCertificate</c> or <c>connectionBroke</c>.</param>
public sealed record WebhookDeliveryAnswer(
    string Event, string Type, string ObjectKey, int Version, DateTimeOffset At, string State, int Attempts, DateTimeOffset? NextAt,
    DateTimeOffset? EndedAt, int? LastStatus, string? LastError);

/// <summary>What became of each event, the latest first.</summary>
internal sealed class DeliveryLog(NpgsqlDataSource database)
{
    /// <param name="state"><c>waiting</c>, <c>delivered</c> or <c>expired</c>; <c>null</c> is all.</param>
    public async Task<Result<Page<WebhookDeliveryAnswer>>> ListAsync(Guid webhookId, string? state, PageRequest page, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (!page.IsFirst && !long.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            """
            select e.outbox_event_id, e.type, e.object_key, e.object_version, e.at, d.state, d.attempts, d.next_at, d.ended_at, a.status, a.error
            from webhook_delivery d
            join outbox_event e on e.outbox_event_id = d.outbox_event_id
            left join webhook_attempt a on a.webhook_id = d.webhook_id and a.outbox_event_id = d.outbox_event_id and a.attempt = d.attempts
            where d.webhook_id = $1 and d.outbox_event_id < $2 and ($3 = '' or d.state = $3)
            order by d.outbox_event_id desc
            limit $4
            """);
        command.Parameters.Add(new() { Value = webhookId });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = state ?? "" });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<WebhookDeliveryAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                $"{reader.GetInt64(0)}", reader.GetString(1), reader.GetString(2), reader.GetInt32(3), new DateTimeOffset(reader.GetDateTime(4)),
                reader.GetString(5), reader.GetInt32(6), reader.GetString(5) == "waiting" ? new DateTimeOffset(reader.GetDateTime(7)) : null,
                reader.IsDBNull(8) ? null : new DateTimeOffset(reader.GetDateTime(8)), reader.IsDBNull(9) ? null : reader.GetInt16(9),
                reader.IsDBNull(10) ? null : reader.GetString(10)));
        }

        return page.Cut(rows, r => [r.Event]);
    }
}
