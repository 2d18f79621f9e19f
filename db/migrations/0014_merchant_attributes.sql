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
