-- Why: what a merchant is beyond its record is evidenced and dated: attributes (stars, large, chain, 4S ...) with value, document and who
-- confirmed them (domain §1.2, §4). A value is never edited: a correction is another row, which names the one it supersedes.
-- Locks: nothing that exists for more than a moment; new tables only.

-- "Equal" in an exclusion constraint asks for a range where only core PostgreSQL is to be had: btree_gist is no part of every server.
create type text_range as range (subtype = text, collation = "C");

create table merchant_attribute (
    merchant_id  integer     not null,
    attribute_no integer     not null,
    attribute    text        not null,
    value        text        not null,
    document     text        not null,
    valid_from   date        not null,
    valid_to     date        not null default 'infinity',
    supersedes   integer,
    confirmed_by text        not null,
    confirmed_at timestamptz not null,
    ended_in     integer,
    constraint merchant_attribute_pk primary key (merchant_id, attribute_no),
    constraint merchant_attribute_step_fk foreign key (merchant_id, attribute_no) references merchant_step (merchant_id, version)
        deferrable initially deferred,
    constraint merchant_attribute_ended_fk foreign key (merchant_id, ended_in) references merchant_step (merchant_id, version)
        deferrable initially deferred,
    constraint merchant_attribute_supersedes_fk foreign key (merchant_id, supersedes) references merchant_attribute (merchant_id, attribute_no),
    constraint merchant_attribute_known check (attribute in ('starRating', 'large', 'chain', 'salesFloor', 'authorised4S', 'highEnd', 'cafe',
                                                             'townshipOnKeyList', 'realEstateProject')),
    constraint merchant_attribute_stars check (attribute <> 'starRating' or value in ('1', '2', '3', '4', '5')),
    constraint merchant_attribute_has_evidence check (value <> '' and document <> ''),
    constraint merchant_attribute_order check (valid_from < valid_to),
    constraint merchant_attribute_ended_later check (ended_in > attribute_no),
    constraint merchant_attribute_one_a_date exclude using gist (
        int4range(merchant_id, merchant_id, '[]') with &&,
        text_range(attribute, attribute, '[]') with &&,
        daterange(valid_from, valid_to) with &&) where (ended_in is null)
);

comment on column merchant_attribute.attribute_no is 'The version of the merchant that made the row.';
comment on column merchant_attribute.valid_to is 'The first date it no longer holds.';
comment on column merchant_attribute.ended_in is 'The version of the merchant that corrected or revoked it; null while it counts.';

-- What was confirmed stays as it was; only its end is written, once.
create function keep_merchant_attribute() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or old.ended_in is not null
       or to_jsonb(new) - 'ended_in' <> to_jsonb(old) - 'ended_in' then
        raise exception 'a confirmed attribute is never changed, only superseded' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger merchant_attribute_kept before update or delete on merchant_attribute
    for each row execute function keep_merchant_attribute();
create trigger merchant_attribute_not_truncated before truncate on merchant_attribute
    for each statement execute function refuse_change();

-- A merchant's MCC by transaction date. No row: it never changed, and merchant.mcc counts for ever. merchant.mcc is the latest decided,
-- which may begin tomorrow. Of two rows for one date the later decision counts: nothing was priced for the date when it was made.
create table merchant_mcc (
    merchant_id    integer     not null,
    decision_no    integer     not null,
    effective_from date        not null,
    mcc            text        not null,
    mcc_before     text        not null,
    main_business  text        not null,
    evidence       text        not null,
    source         text        not null,
    actor          text        not null,
    at             timestamptz not null,
    constraint merchant_mcc_pk primary key (merchant_id, decision_no),
    constraint merchant_mcc_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_mcc_digits_too check (mcc ~ '^[0-9]{4}$' and mcc_before ~ '^[0-9]{4}$'),
    constraint merchant_mcc_source check (source in ('act', 'import')),
    constraint merchant_mcc_has_evidence check (source = 'import' or (main_business <> '' and evidence <> ''))
);

comment on column merchant_mcc.decision_no is 'The version of the merchant that made it; decisions are in the order of their dates too.';

create trigger merchant_mcc_append_only before update or delete or truncate on merchant_mcc
    for each statement execute function refuse_change();

-- What the last import said, where a person has decided otherwise since: the same file again then undoes nothing.
alter table merchant
    add column imported_mcc         text,
    add column imported_branch_code text;

comment on column merchant.imported_mcc is 'Null: as mcc.';
comment on column merchant.imported_branch_code is 'Null: as branch_code.';

-- Groups of merchants: a chain with its head office, a market with its traders, a list that somebody made. Who belonged when stays.
create table merchant_group (
    group_code text        not null,
    kind       text        not null,
    name       text        not null,
    version    integer     not null default 1,
    changed_at timestamptz not null,
    constraint merchant_group_pk primary key (group_code),
    constraint merchant_group_kind check (kind in ('chain', 'market', 'named'))
);

create table merchant_group_member (
    member_id   bigint      generated always as identity,
    group_code  text        not null,
    merchant_id integer     not null,
    valid_from  date        not null,
    valid_to    date        not null default 'infinity',
    added_by    text        not null,
    added_at    timestamptz not null,
    voided      boolean     not null default false,
    removed_by  text,
    removed_at  timestamptz,
    why_removed text,
    constraint merchant_group_member_pk primary key (member_id),
    constraint merchant_group_member_group_fk foreign key (group_code) references merchant_group (group_code),
    constraint merchant_group_member_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_group_member_order check (valid_from < valid_to),
    constraint merchant_group_member_removed_whole check ((removed_by is null) = (why_removed is null)),
    constraint merchant_group_member_once exclude using gist (
        int4range(merchant_id, merchant_id, '[]') with &&,
        text_range(group_code, group_code, '[]') with &&,
        daterange(valid_from, valid_to) with &&) where (not voided)
);

comment on column merchant_group_member.voided is 'It was removed from its first date on: it never belonged.';

create index merchant_group_member_by_group on merchant_group_member (group_code, merchant_id);
create index merchant_group_member_by_merchant on merchant_group_member (merchant_id);

-- Who looks after a merchant, and at which branch, by date: last year's scorecard counts for the manager of then. No row: nobody was ever
-- named, and merchant.branch_code counts for ever. A manager is a code only; names belong to the sign-in.
create table account_manager (
    manager_code text        not null,
    branch_code  text        not null,
    active       boolean     not null default true,
    version      integer     not null default 1,
    changed_at   timestamptz not null,
    constraint account_manager_pk primary key (manager_code),
    constraint account_manager_branch_fk foreign key (branch_code) references branch (branch_code)
);

create table merchant_handover (
    handover_id uuid        not null,
    fingerprint bytea       not null,
    answer      jsonb       not null,
    actor       text        not null,
    at          timestamptz not null,
    constraint merchant_handover_pk primary key (handover_id)
);

create trigger merchant_handover_append_only before update or delete or truncate on merchant_handover
    for each statement execute function refuse_change();

create table merchant_care (
    care_id      bigint  generated always as identity,
    merchant_id  integer not null,
    valid_from   date    not null,
    valid_to     date    not null default 'infinity',
    manager_code text,
    branch_code  text    not null,
    handover_id  uuid,
    voided       boolean not null default false,
    constraint merchant_care_pk primary key (care_id),
    constraint merchant_care_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_care_manager_fk foreign key (manager_code) references account_manager (manager_code),
    constraint merchant_care_branch_fk foreign key (branch_code) references branch (branch_code),
    constraint merchant_care_order check (valid_from < valid_to),
    constraint merchant_care_one_a_date exclude using gist (
        int4range(merchant_id, merchant_id, '[]') with &&, daterange(valid_from, valid_to) with &&) where (not voided)
);

comment on column merchant_care.voided is 'Another took its place from its first date on: it never counted.';
comment on column merchant_care.handover_id is 'Null: an import moved the merchant, or it is how things were before the first row.';

create index merchant_care_by_merchant on merchant_care (merchant_id);
create index merchant_care_by_manager on merchant_care (manager_code, merchant_id) where valid_to = 'infinity' and not voided;

-- Puts a merchant into other hands from a date on. The caller has locked the merchant, and knows that nothing begins later.
create function hand_over_merchant(merchant integer, on_date date, branch_before text, manager text, branch text, handover uuid)
    returns void language plpgsql as $$
begin
    if not exists (select from merchant_care c where c.merchant_id = merchant and not c.voided) then
        insert into merchant_care (merchant_id, valid_from, branch_code) values (merchant, '-infinity', branch_before);
    end if;
    update merchant_care c set voided = true where c.merchant_id = merchant and not c.voided and c.valid_from >= on_date;
    update merchant_care c set valid_to = on_date where c.merchant_id = merchant and not c.voided and c.valid_to > on_date;
    insert into merchant_care (merchant_id, valid_from, manager_code, branch_code, handover_id)
    values (merchant, on_date, manager, branch, handover);
end
$$;
