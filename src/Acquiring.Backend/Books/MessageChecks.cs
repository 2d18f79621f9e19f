namespace Acquiring.Backend.Books;

/// <summary>
/// I11 for messages: each hold that the outbox tells of has its message to the merchant, none is on its way for an hour, and none was taken
/// twice by a gateway that cannot tell repetitions, unless a person asked for it again. And each reader of the outbox counts the transactions of this
/// cluster, so that what it is told of now it tells.
/// </summary>
internal static class MessageChecks
{
    public static readonly SqlCheck Messages = new(
        "books.messages", "select count(*) from message",
        """
        select 'hold-untold' as miss, e.object_key as merchant, e.outbox_event_id as event
        from outbox_reader r
        join outbox_event e on e.outbox_event_id >= r.first_event and (e.xid < r.upto or e.outbox_event_id <= r.read_before)
                           and e.type in ('merchant.restrict', 'merchant.suspend')
        where r.reader = 'messages' and not exists (select from message m where m.outbox_event_id = e.outbox_event_id and m.party = 'merchant')
        """,
        """
        select 'reads-another-cluster' as miss, reader
        from outbox_reader
        where cluster <> (select system_identifier::text from pg_control_system()) or upto > pg_snapshot_xmax(pg_current_snapshot())
        """,
        """
        select 'stuck' as miss, m.message_id as message, a.began_at as since
        from message m join message_attempt a on a.message_id = m.message_id and a.attempt = m.attempts
        where m.state = 'sending' and a.began_at < now() - interval '1 hour'
        """,
        """
        select 'twice' as miss, m.message_id as message, count(*) as times
        from message m join message_attempt a using (message_id)
        where a.outcome = 'accepted' and not a.repeatable
        group by m.message_id, m.resends having count(*) > 1 + m.resends
        """,
        """
        select 'sent-unproved' as miss, m.message_id as message
        from message m
        where m.state = 'sent' and not exists (select from message_attempt a where a.message_id = m.message_id and a.outcome = 'accepted')
        """);
}
