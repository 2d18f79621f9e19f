-- Why: a merchant or person on the shared blacklist is not brought in, and a merchant that turns up on it later is cleared by a deadline
-- (domain §2, 10 days [U]). What is listed is compared by keyed digests, the same that applications and merchants have; of the value itself only a
-- mask is kept.
-- Locks: merchant_application exclusively for a moment (a new column, an index over few rows); otherwise new tables.

create table blacklist_entry (
    blacklist_entry_id integer     generated always as identity,
    kind               text        not null,
    value_mark         bytea       not null,
    value_masked       text        not null,
    listed_on          date        not null,
    reason             text        not null,
    source             text        not null,
    added_at           timestamptz not null,
    removed_at         timestamptz,
    constraint blacklist_entry_pk primary key (blacklist_entry_id),
    constraint blacklist_entry_kind check (kind in ('creditCode', 'licence', 'idNo', 'account', 'phone', 'name')),
    constraint blacklist_entry_says_why check (reason <> '' and source <> ''),
    constraint blacklist_entry_order check (removed_at >= added_at)
);

comment on column blacklist_entry.value_mark is 'Credit codes, ID numbers and licences that are credit codes share one purpose: whatever field they stand in.';
comment on column blacklist_entry.removed_at is 'A later list does not have it any more. Listed again, it is another row.';

create unique index blacklist_entry_live on blacklist_entry (value_mark, kind, source) where removed_at is null;
create index blacklist_entry_by_source on blacklist_entry (source, blacklist_entry_id);

alter table merchant_application add column person_mark bytea;
comment on column merchant_application.person_mark is 'Digest of the ID number of the person in charge, also of a firm; of forms saved since there is a blacklist.';
create index merchant_application_by_person on merchant_application (person_mark) where person_mark is not null;

create table blacklist_case (
    blacklist_case_id integer     generated always as identity,
    merchant_id       integer     not null,
    found_on          date        not null,
    due_on            date        not null,
    state             text        not null default 'open',
    version           integer     not null default 1,
    why               text        not null default '',
    document          text        not null default '',
    decided_by        text,
    decided_at        timestamptz,
    constraint blacklist_case_pk primary key (blacklist_case_id),
    constraint blacklist_case_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint blacklist_case_state check (state in ('open', 'cleared', 'dismissed')),
    constraint blacklist_case_says_why check ((state = 'open') = (why = '') and (state = 'open') = (decided_at is null)
                                              and (decided_at is null) = (decided_by is null)),
    constraint blacklist_case_dismissed_by_evidence check (state <> 'dismissed' or document <> ''),
    constraint blacklist_case_order check (due_on > found_on)
);

create unique index blacklist_case_one_open on blacklist_case (merchant_id) where state = 'open';
create index blacklist_case_by_state on blacklist_case (state, blacklist_case_id);

create table blacklist_case_match (
    blacklist_case_id  integer     not null,
    blacklist_entry_id integer     not null,
    field              text        not null,
    found_at           timestamptz not null,
    constraint blacklist_case_match_pk primary key (blacklist_case_id, blacklist_entry_id, field),
    constraint blacklist_case_match_case_fk foreign key (blacklist_case_id) references blacklist_case (blacklist_case_id),
    constraint blacklist_case_match_entry_fk foreign key (blacklist_entry_id) references blacklist_entry (blacklist_entry_id)
);

create table blacklist_case_step (
    blacklist_case_id integer     not null,
    version           integer     not null,
    act               text        not null,
    why               text        not null,
    details           jsonb       not null default '{}',
    actor             text        not null,
    at                timestamptz not null,
    constraint blacklist_case_step_pk primary key (blacklist_case_id, version),
    constraint blacklist_case_step_case_fk foreign key (blacklist_case_id) references blacklist_case (blacklist_case_id),
    constraint blacklist_case_step_act check (act in ('open', 'addMatches', 'clear', 'dismiss'))
);

create trigger blacklist_case_step_append_only before update or delete or truncate on blacklist_case_step
    for each statement execute function refuse_change();

-- It is somebody else of the same name, account or number. Of an application before there is a merchant; approval passes it on.
create table blacklist_dismissal (
    blacklist_dismissal_id integer     generated always as identity,
    blacklist_entry_id     integer     not null,
    application_id         uuid,
    merchant_id            integer,
    why                    text        not null,
    document               text        not null,
    actor                  text        not null,
    at                     timestamptz not null,
    constraint blacklist_dismissal_pk primary key (blacklist_dismissal_id),
    constraint blacklist_dismissal_entry_fk foreign key (blacklist_entry_id) references blacklist_entry (blacklist_entry_id),
    constraint blacklist_dismissal_application_fk foreign key (application_id) references merchant_application (application_id),
    constraint blacklist_dismissal_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint blacklist_dismissal_of_one check ((application_id is null) <> (merchant_id is null)),
    constraint blacklist_dismissal_by_evidence check (why <> '' and document <> '')
);

create index blacklist_dismissal_by_application on blacklist_dismissal (application_id) where application_id is not null;
create index blacklist_dismissal_by_merchant on blacklist_dismissal (merchant_id) where merchant_id is not null;

create trigger blacklist_dismissal_append_only before update or delete or truncate on blacklist_dismissal
    for each statement execute function refuse_change();
