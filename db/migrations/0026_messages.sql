-- Why: merchants and staff are told what concerns them (a restriction with its cure, a fix asked for, a task, a one-time code), through gateways
-- of which some cannot tell a repetition. So a message is one row; that an attempt begins is committed before the gateway is called; and what
-- became of each is kept. A matter (a hold, a list of fixes, a task) is told once to a party, however often it is composed.
-- Locks: nothing that exists; new tables only (a foreign key takes a short lock on outbox_event).

-- Where a party is reached. A merchant without a row is reached at the phone of its application.
create table message_contact (
    party        text        not null,
    party_key    text        not null,
    phone_sealed bytea,
    email_sealed bytea,
    language     text        not null,
    version      integer     not null,
    changed_at   timestamptz not null,
    constraint message_contact_pk primary key (party, party_key),
    constraint message_contact_party check (party in ('merchant', 'manager', 'branch')),
    constraint message_contact_language check (language in ('zh-CN', 'en'))
);

create table message (
    message_id      uuid        not null,
    message_no      bigint      generated always as identity,
    template        text        not null,
    matter          text        not null,
    party           text        not null,
    party_key       text        not null,
    merchant_no     text,
    outbox_event_id bigint,
    channel         text,
    address_sealed  bytea,
    language        text        not null,
    content_sealed  bytea,
    parts           smallint    not null,
    is_secret       boolean     not null,
    state           text        not null,
    reason          text,
    version         integer     not null default 1,
    attempts        integer     not null default 0,
    tries           integer     not null default 0,
    resends         integer     not null default 0,
    may_be_taken    boolean     not null default false,
    send_key        uuid        not null,
    next_at         timestamptz not null,
    give_up_at      timestamptz not null,
    made_at         timestamptz not null,
    ended_at        timestamptz,
    constraint message_pk primary key (message_id),
    constraint message_no_unique unique (message_no),
    constraint message_once unique (matter, template, party, party_key),
    constraint message_event_fk foreign key (outbox_event_id) references outbox_event (outbox_event_id),
    constraint message_party check (party in ('merchant', 'applicant', 'manager', 'branch', 'phone')),
    constraint message_channel check (channel in ('sms', 'email')),
    constraint message_language check (language in ('zh-CN', 'en')),
    constraint message_state
        check (state in ('waiting', 'sending', 'sent', 'refused', 'unknown', 'expired', 'noAddress', 'withdrawn')),
    constraint message_ended check ((state in ('waiting', 'sending')) = (ended_at is null)),
    constraint message_can_be_sent check (
        state not in ('waiting', 'sending') or num_nulls(channel, address_sealed, content_sealed) = 0),
    constraint message_secret_is_wiped check (not is_secret or state in ('waiting', 'sending') or content_sealed is null)
);

comment on column message.matter is 'What it is about, such as hold/102360754110001/7: told once to a party by a template.';
comment on column message.attempts is 'All there ever were; tries are those since it was made or asked for again.';
comment on column message.may_be_taken is 'An attempt ended without anybody knowing whether the gateway took it.';
comment on column message.send_key is 'What a gateway that can tell repetitions knows it by; another only after a clear refusal.';
comment on column message.content_sealed is 'Subject and body; wiped when it is old, and of a one-time code as soon as it is not to be sent any more.';

create index message_due on message (next_at) where state = 'waiting';
create index message_sending on message (message_id) where state = 'sending';
create index message_by_merchant on message (merchant_no, message_no) where merchant_no is not null;
create index message_by_event on message (outbox_event_id) where outbox_event_id is not null;
create index message_kept on message (made_at) where address_sealed is not null or content_sealed is not null;

-- One row an attempt. It is written before the gateway is called, and ended by what is known of it.
create table message_attempt (
    message_id uuid        not null,
    attempt    integer     not null,
    gateway    text        not null,
    repeatable boolean     not null,
    began_at   timestamptz not null,
    ended_at   timestamptz,
    outcome    text,
    status     smallint,
    error      text,
    constraint message_attempt_pk primary key (message_id, attempt),
    constraint message_attempt_message_fk foreign key (message_id) references message (message_id),
    constraint message_attempt_outcome check (outcome in ('accepted', 'notTaken', 'refused', 'unknown')),
    constraint message_attempt_ended check ((ended_at is null) = (outcome is null))
);

comment on column message_attempt.repeatable is 'Whether the gateway it went to knows a repetition, so that an unknown outcome may be tried again.';

-- One row: from which transaction on events make messages, and up to which they have.
create table message_reading (
    one     boolean not null default true,
    began   xid8    not null,
    upto    xid8    not null,
    constraint message_reading_pk primary key (one),
    constraint message_reading_one check (one)
);

insert into message_reading (began, upto) select x, x from (select pg_snapshot_xmin(pg_current_snapshot()) as x) now;
