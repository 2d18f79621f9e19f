-- Why: a merchant has a state that people change by acts, each with who, when and why; a restriction says what lifts it; a closed
-- merchant's machines go back to stock (domain §2). With it what every act needs: requests that may be repeated, and an outbox.
-- Locks: merchant and terminal exclusively, for a moment: the new columns have constant defaults.

alter table merchant add column state text not null default 'active'
    constraint merchant_state check (state in ('draft', 'submitted', 'needsFix', 'verified', 'signed', 'active', 'restricted', 'suspended', 'closed'));
alter table terminal add column state text not null default 'active'
    constraint terminal_state check (state in ('inStock', 'assigned', 'installed', 'active', 'watch', 'suspended', 'removalOrdered', 'recovered',
                                               'scrapped', 'lost', 'unrecoverable'));

-- One row an act, by the version of the merchant that it made. Versions that an import made have none.
create table merchant_step (
    merchant_id integer     not null,
    version     integer     not null,
    act         text        not null,
    from_state  text        not null,
    to_state    text        not null,
    why         text        not null,
    details     jsonb       not null default '{}',
    actor       text        not null,
    at          timestamptz not null,
    constraint merchant_step_pk primary key (merchant_id, version),
    constraint merchant_step_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_step_says_why check (why <> '')
);

create trigger merchant_step_append_only before update or delete or truncate on merchant_step
    for each statement execute function refuse_change();

create table merchant_hold (
    merchant_id integer     not null,
    hold_no     integer     not null,
    scopes      text[]      not null,
    why         text        not null,
    cure        text        not null,
    set_by      text        not null,
    set_at      timestamptz not null,
    lifted_in   integer,
    constraint merchant_hold_pk primary key (merchant_id, hold_no),
    constraint merchant_hold_set_fk foreign key (merchant_id, hold_no) references merchant_step (merchant_id, version)
        deferrable initially deferred,
    constraint merchant_hold_lifted_fk foreign key (merchant_id, lifted_in) references merchant_step (merchant_id, version)
        deferrable initially deferred,
    constraint merchant_hold_says_why_and_cure check (why <> '' and cure <> ''),
    constraint merchant_hold_order check (lifted_in > hold_no)
);

comment on column merchant_hold.hold_no is 'The version of the merchant that set it.';
comment on column merchant_hold.scopes is 'What it takes away; empty is a suspension, which stops all sales.';
comment on column merchant_hold.lifted_in is 'The version of the merchant that lifted it; null while it is open.';

create index merchant_hold_open on merchant_hold (merchant_id) where lifted_in is null;

create table terminal_step (
    terminal_id integer     not null,
    version     integer     not null,
    act         text        not null,
    from_state  text        not null,
    to_state    text        not null,
    why         text        not null,
    details     jsonb       not null default '{}',
    actor       text        not null,
    at          timestamptz not null,
    constraint terminal_step_pk primary key (terminal_id, version),
    constraint terminal_step_terminal_fk foreign key (terminal_id) references terminal (terminal_id)
);

create trigger terminal_step_append_only before update or delete or truncate on terminal_step
    for each statement execute function refuse_change();

-- Requests that were done. The answer is null only inside the transaction that takes the key.
create table idempotency_key (
    key         text        not null,
    fingerprint bytea       not null,
    answer      jsonb,
    at          timestamptz not null,
    constraint idempotency_key_pk primary key (key)
);

create table outbox_event (
    outbox_event_id bigint generated always as identity,
    type            text        not null,
    object_key      text        not null,
    object_version  integer     not null,
    payload         jsonb       not null,
    at              timestamptz not null,
    constraint outbox_event_pk primary key (outbox_event_id)
);

create trigger outbox_event_append_only before update or delete or truncate on outbox_event
    for each statement execute function refuse_change();
