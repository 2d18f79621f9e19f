-- Why: what is left of an idle machine's follow-up is to fetch it (domain §2): a proposal with cost and benefit within the budget of its branch, an
-- order, and a proof from the spot. A machine that sells meanwhile is left where it is. Its photos lie where those of applications lie.
-- Locks: application_document exclusively, for a moment: it is read through for two checks.

create table removal (
    removal_id     bigint      generated always as identity,
    follow_up_id   bigint      not null,
    round          integer     not null,
    terminal_id    integer     not null,
    merchant_id    integer     not null,
    branch_code    text        not null,
    state          text        not null,
    rank           integer,
    first_on       date        not null,
    proposed_on    date,
    ended_on       date,
    ended_why      text,
    last_machine   boolean     not null default false,
    rent_fen       bigint      not null,
    sim_fen        bigint      not null,
    commission_fen bigint      not null,
    benefit_fen    bigint      not null,
    version        integer     not null default 1,
    changed_at     timestamptz not null,
    constraint removal_pk primary key (removal_id),
    constraint removal_round unique (follow_up_id, round),
    constraint removal_follow_up_fk foreign key (follow_up_id) references follow_up (follow_up_id),
    constraint removal_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint removal_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint removal_state check (state in ('waiting', 'kept', 'proposed', 'ordered', 'recovered', 'unrecoverable', 'rejected', 'withdrawn')),
    constraint removal_rank check ((state = 'waiting') = (rank is not null) and rank > 0),
    constraint removal_proposed check (proposed_on is not null or state not in ('proposed', 'ordered')),
    constraint removal_ended check ((state in ('recovered', 'unrecoverable', 'rejected', 'withdrawn')) = (ended_on is not null and ended_why is not null)),
    constraint removal_kept check (last_machine or state <> 'kept'),
    constraint removal_benefit check (benefit_fen = rent_fen + sim_fen - commission_fen)
);

comment on column removal.round is 'A machine that sold and stays quiet again may be proposed again.';
comment on column removal.rank is 'Of one that waits for its branch''s budget: its place, from 1.';
comment on column removal.commission_fen is 'Of the twelve months before it was ranked last: what is lost with the machine.';
comment on column removal.rent_fen is 'Of twelve months, as sim_fen: what is saved.';

create unique index removal_one_live on removal (terminal_id) where state in ('waiting', 'kept', 'proposed', 'ordered');
create index removal_by_state on removal (state, removal_id);
create index removal_by_branch on removal (branch_code, proposed_on);

create table removal_step (
    removal_id    bigint      not null,
    version       integer     not null,
    act           text        not null,
    from_state    text,
    to_state      text        not null,
    why           text        not null,
    actor         text        not null,
    business_date date,
    at            timestamptz not null,
    constraint removal_step_pk primary key (removal_id, version),
    constraint removal_step_removal_fk foreign key (removal_id) references removal (removal_id),
    constraint removal_step_says_why check (why <> '')
);

create index removal_step_by_date on removal_step (business_date) where business_date is not null;

create trigger removal_step_append_only before update or delete or truncate on removal_step
    for each statement execute function refuse_change();

-- Where somebody stood and who signed is personal and sealed.
create table removal_proof (
    removal_id         bigint      not null,
    outcome            text        not null,
    reason             text        not null,
    note               text        not null,
    serial_no          text,
    position_sealed    bytea       not null,
    distance_metres    integer,
    photo_id           uuid        not null,
    signature_id       uuid        not null,
    actor              text        not null,
    at                 timestamptz not null,
    constraint removal_proof_pk primary key (removal_id),
    constraint removal_proof_removal_fk foreign key (removal_id) references removal (removal_id),
    constraint removal_proof_photo_fk foreign key (photo_id) references application_document (document_id),
    constraint removal_proof_signature_fk foreign key (signature_id) references application_document (document_id),
    constraint removal_proof_outcome check (outcome in ('recovered', 'unrecoverable')),
    constraint removal_proof_serial check (serial_no is not null or outcome = 'unrecoverable')
);

comment on column removal_proof.distance_metres is 'From the registered premises; null where no position of them is known.';

create trigger removal_proof_append_only before update or delete or truncate on removal_proof
    for each statement execute function refuse_change();

alter table application_document
    alter application_id drop not null,
    add column removal_id bigint,
    add constraint application_document_removal_fk foreign key (removal_id) references removal (removal_id),
    add constraint application_document_of_one check (num_nonnulls(application_id, removal_id) = 1);

create index application_document_by_removal on application_document (removal_id) where removal_id is not null;
