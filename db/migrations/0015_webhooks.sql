-- Why: others hear of each change that was committed, signed, in order per object, retried for days, and may hear it again.
-- An event's transaction number tells when it is safe to read past it: events of transactions that are still under way have higher ones, or
-- are below the snapshot's lower bound.
-- Locks: outbox_event exclusively while it is rewritten with the new column and indexed; it has one row for each act so far.

alter table outbox_event add column xid xid8 not null default pg_current_xact_id();
create index outbox_event_xid on outbox_event (xid);
create index outbox_event_object on outbox_event (object_key, outbox_event_id);

create table webhook (
    webhook_id    uuid        not null,
    url           text        not null,
    secret_sealed bytea       not null,
    types         text[]      not null,
    state         text        not null constraint webhook_state check (state in ('active', 'paused', 'removed')),
    after_event   bigint      not null,
    version       integer     not null,
    created_at    timestamptz not null,
    changed_at    timestamptz not null,
    constraint webhook_pk primary key (webhook_id)
);

comment on column webhook.types is 'Types of events, or what comes before a dot and a star; empty is all.';
comment on column webhook.after_event is 'The last event before it was made: it hears of those after it.';

create table webhook_delivery (
    webhook_id      uuid        not null,
    outbox_event_id bigint      not null,
    object_key      text        not null,
    state           text        not null constraint webhook_delivery_state check (state in ('waiting', 'delivered', 'expired')),
    attempts        integer     not null default 0,
    since           timestamptz,
    next_at         timestamptz not null,
    ended_at        timestamptz,
    constraint webhook_delivery_pk primary key (webhook_id, outbox_event_id),
    constraint webhook_delivery_webhook_fk foreign key (webhook_id) references webhook (webhook_id),
    constraint webhook_delivery_event_fk foreign key (outbox_event_id) references outbox_event (outbox_event_id),
    constraint webhook_delivery_ended check ((state = 'waiting') = (ended_at is null))
);

comment on column webhook_delivery.since is 'When it was first tried, since it was asked for: it is given up some days later.';

create index webhook_delivery_waiting on webhook_delivery (webhook_id, object_key, outbox_event_id) where state = 'waiting';

create table webhook_attempt (
    webhook_id      uuid        not null,
    outbox_event_id bigint      not null,
    attempt         integer     not null,
    at              timestamptz not null,
    took_ms         integer     not null,
    status          smallint,
    error           text,
    constraint webhook_attempt_pk primary key (webhook_id, outbox_event_id, attempt),
    constraint webhook_attempt_says_what check ((status is null) <> (error is null))
);

create trigger webhook_attempt_append_only before update or delete or truncate on webhook_attempt
    for each statement execute function refuse_change();

-- One row: up to which transaction events were handed on.
create table outbox_reading (
    one  boolean not null default true,
    upto xid8    not null,
    constraint outbox_reading_pk primary key (one),
    constraint outbox_reading_one check (one)
);

insert into outbox_reading (upto) values (pg_snapshot_xmin(pg_current_snapshot()));
