using Npgsql;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// What a reader of the outbox has not read yet. Numbers of events are taken before their transactions end, so it remembers up to which
/// transaction it has read: those still under way come with a later reading. A database restored into another cluster counts transactions
/// anew; there it reads once what was left of the old ones, and goes on from the new cluster's.
/// </summary>
/// <param name="Since">Read from this transaction on.</param>
/// <param name="Upto">Up to this one, not included: all below it have ended.</param>
/// <param name="ReadBefore">Events up to here are read, whatever their transaction.</param>
/// <param name="LeftOf">The last event that was seen before the cluster changed; <c>null</c> in the cluster that was read last.</param>
internal sealed record OutboxReading(string Since, string Upto, long ReadBefore, long? LeftOf)
{
    /// <summary>
    /// Over <c>outbox_event e</c>: what is unread, with $1 to $3 as <see cref="AddTo"/> puts them. Of an earlier cluster: what no reading had
    /// seen, by transaction or by number.
    /// </summary>
    public string Unread => LeftOf is null
        ? "e.xid >= $1::xid8 and e.xid < $2::xid8 and e.outbox_event_id > $3"
        : "(e.xid >= $1::xid8 or e.outbox_event_id > $2) and e.outbox_event_id > $3";

    public void AddTo(NpgsqlCommand command)
    {
        command.Parameters.Add(new() { Value = Since });
        command.Parameters.Add(new() { Value = LeftOf is { } seen ? seen : Upto });
        command.Parameters.Add(new() { Value = ReadBefore });
    }
}

/// <summary>Begins and ends a reading, in the transaction that does what it finds. One reading of a kind at a time.</summary>
internal sealed class OutboxReader(string reader)
{
    public static readonly OutboxReader Webhooks = new("webhooks");
    public static readonly OutboxReader Messages = new("messages");

    public async Task<OutboxReading> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select upto::text, pg_snapshot_xmin(pg_current_snapshot())::text, read_before,
                   case when cluster <> (select system_identifier::text from pg_control_system())
                          or upto > pg_snapshot_xmax(pg_current_snapshot()) then seen end
            from outbox_reader where reader = $1 for update
            """,
            connection);
        command.Parameters.Add(new() { Value = reader });
        OutboxReading reading;
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            await rows.ReadAsync(cancellationToken);
            reading = new(rows.GetString(0), rows.GetString(1), rows.GetInt64(2), rows.IsDBNull(3) ? null : rows.GetInt64(3));
        }

        if (reading.LeftOf is not null)
        {
            // What is under way is waited for, and nothing begins: so what is there by now is all that this reading has to tell from the rest.
            await using var still = new NpgsqlCommand("lock table outbox_event in share mode", connection) { CommandTimeout = 0 };
            await still.ExecuteNonQueryAsync(cancellationToken);
        }

        return reading;
    }

    public async Task EndAsync(NpgsqlConnection connection, OutboxReading reading, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            reading.LeftOf is null
                ? "update outbox_reader set upto = $2::xid8, seen = greatest(seen, (select coalesce(max(outbox_event_id), 0) from outbox_event)) where reader = $1 and upto < $2::xid8"
                : """
                update outbox_reader
                   set cluster = (select system_identifier::text from pg_control_system()), upto = $2::xid8, seen = e.last, read_before = e.last
                from (select coalesce(max(outbox_event_id), 0) as last from outbox_event) e
                where reader = $1
                """,
            connection);
        command.Parameters.Add(new() { Value = reader });
        command.Parameters.Add(new() { Value = reading.Upto });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
