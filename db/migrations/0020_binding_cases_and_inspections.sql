-- Why: a transaction whose merchant and terminal disagree with the binding is somebody's work, not only a line that waits (domain §2); and a
-- machine in fixed premises is looked at on the spot at least once a year.
-- Locks: nothing that exists; new tables only.

create table binding_case (
    binding_case_id    integer generated always as identity,
    terminal_id        integer     not null,
    kind               text        not null,
    merchant_no        text        not null,
    bound_merchant_no  text,
    first_seen         timestamptz not null,
    last_seen          timestamptz not null,
    transactions       integer     not null,
    transaction_keys   text[]      not null,
    state              text        not null default 'open',
    version            integer     not null default 1,
    why                text        not null default '',
    decided_by         text,
    decided_at         timestamptz,
    constraint binding_case_pk primary key (binding_case_id),
    constraint binding_case_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint binding_case_kind check (kind in ('boundToAnother', 'boundToNobody', 'unknownMerchant')),
    constraint binding_case_state check (state in ('open', 'explained', 'closed')),
    constraint binding_case_says_why check ((state = 'open') = (why = '') and (state = 'open') = (decided_at is null)),
    constraint binding_case_counts check (transactions > 0)
);

comment on column binding_case.merchant_no is 'Whom the latest transaction named.';
comment on column binding_case.bound_merchant_no is 'Whom the machine worked for at the latest transaction; null when for nobody.';
comment on column binding_case.transaction_keys is 'The latest of them: date, batch, STAN and kind. One that is there is not counted again.';

create unique index binding_case_one_open on binding_case (terminal_id, kind) where state = 'open';
create index binding_case_by_state on binding_case (state, binding_case_id);

-- Who inspected and where is personal and sealed. A correction is another inspection.
create table terminal_inspection (
    terminal_inspection_id integer generated always as identity,
    terminal_id            integer     not null,
    inspected_on           date        not null,
    result                 text        not null,
    note                   text        not null,
    inspector_sealed       bytea       not null,
    position_sealed        bytea,
    actor                  text        not null,
    at                     timestamptz not null,
    constraint terminal_inspection_pk primary key (terminal_inspection_id),
    constraint terminal_inspection_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint terminal_inspection_result check (result in ('inOrder', 'moved', 'missing', 'premisesClosed', 'tampered', 'other'))
);

create index terminal_inspection_by_terminal on terminal_inspection (terminal_id, inspected_on);

create trigger terminal_inspection_append_only before update or delete or truncate on terminal_inspection
    for each statement execute function refuse_change();
