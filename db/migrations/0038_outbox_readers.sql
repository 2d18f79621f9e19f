-- Why: readers of the outbox remember up to which transaction they have read. Restored from a dump into a new cluster, transactions are numbered
-- from the beginning again, and that mark lay in the future: nobody was told anything any more, and nothing said so. So a reader remembers the
-- cluster too, and the last event it had seen; in another cluster it reads what was left and begins anew. The two readers share one table.
-- Locks: outbox_reading and message_reading exclusively, one row each; message against writing while it is indexed.

create table outbox_reader (
    reader      text   not null,
    cluster     text   not null,
    upto        xid8   not null,
    seen        bigint not null,
    first_event bigint not null,
    read_before bigint not null default 0,
    constraint outbox_reader_pk primary key (reader),
    constraint outbox_reader_known check (reader in ('webhooks', 'messages'))
);

comment on column outbox_reader.cluster is 'The system identifier of the cluster whose transactions upto counts.';
comment on column outbox_reader.upto is 'Events after read_before are read whose transactions are below it.';
comment on column outbox_reader.seen is 'No event that was there at the last reading has a higher number.';
comment on column outbox_reader.first_event is 'What is older is no matter of this reader.';
comment on column outbox_reader.read_before is 'Events up to here are of an earlier cluster, and read.';

insert into outbox_reader (reader, cluster, upto, seen, first_event)
select 'webhooks', (select system_identifier::text from pg_control_system()), upto,
       coalesce((select max(outbox_event_id) from outbox_event where xid < r.upto), 0), 1
from outbox_reading r;
insert into outbox_reader (reader, cluster, upto, seen, first_event)
select 'messages', (select system_identifier::text from pg_control_system()), upto,
       coalesce((select max(outbox_event_id) from outbox_event where xid < r.upto), 0),
       coalesce((select max(outbox_event_id) from outbox_event where xid < r.began), 0) + 1
from message_reading r;

drop table outbox_reading;
drop table message_reading;

-- The log by state: those that were not taken are few among very many.
create index message_by_state on message (state, message_no);
