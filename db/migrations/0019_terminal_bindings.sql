-- Why: machines have a life of their own (domain §2): they are stocked, bound, moved, swapped, lost. The five items that a serial number
-- maps to (银发〔2021〕259号) are versions with dates, and each change is told to the clearing house in exactly one report.
-- Locks: nothing for long; new tables, and one reading of terminal, terminal_binding and merchant.

-- Numbers that are given to machines in stock; eight digits, above those that imports bring as a rule. A taken one is passed over.
create sequence terminal_no_seq as integer minvalue 90000001 maxvalue 99999999;

-- What the idle clocks need to know of a machine as of a date, from the first act on that changed it. A machine without a row here is what
-- its terminal row says, on every date.
create table terminal_fact (
    terminal_id  integer not null,
    valid_from   date    not null,
    spare        boolean not null,
    installed_on date    not null,
    clock_from   date,
    constraint terminal_fact_pk primary key (terminal_id, valid_from),
    constraint terminal_fact_terminal_fk foreign key (terminal_id) references terminal (terminal_id)
);

comment on column terminal_fact.clock_from is 'Since when it works for its present holder: what it sold before was another''s. Null for what an import bound.';

create table binding_version (
    binding_version_id        integer generated always as identity,
    terminal_id               integer     not null,
    serial_no                 text        not null,
    acquirer_code             text        not null,
    merchant_id               integer     not null,
    credit_code_sealed        bytea       not null,
    credit_code_mark          bytea       not null,
    settlement_account_sealed bytea       not null,
    settlement_account_mark   bytea       not null,
    installation_address      text        not null,
    bound_from                timestamptz not null,
    valid_from                timestamptz not null,
    valid_to                  timestamptz not null default 'infinity',
    constraint binding_version_pk primary key (binding_version_id),
    constraint binding_version_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint binding_version_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint binding_version_order check (valid_from < valid_to)
);

comment on column binding_version.bound_from is 'The terminal_binding it belongs to.';
comment on column binding_version.valid_from is '-infinity for what was imported first: the clearing house knows it already.';

create unique index binding_version_one_live on binding_version (terminal_id) where valid_to = 'infinity';
create unique index binding_version_serial_live on binding_version (serial_no) where valid_to = 'infinity';
create index binding_version_by_terminal on binding_version (terminal_id, valid_from);
create index binding_version_by_serial on binding_version (serial_no, valid_from);

-- Made once, kept as it was made: sealed, since the clearing house is told accounts and credit codes in the clear.
create table binding_report (
    report_no      integer     not null,
    file_name      text        not null,
    changes        integer     not null,
    content_bytes  integer     not null,
    content_sha256 bytea       not null,
    content_sealed bytea       not null,
    made_by        text        not null,
    made_at        timestamptz not null,
    constraint binding_report_pk primary key (report_no),
    constraint binding_report_says_something check (changes > 0)
);

create trigger binding_report_append_only before update or delete or truncate on binding_report
    for each statement execute function refuse_change();

create table binding_change (
    binding_change_id  bigint generated always as identity,
    terminal_id        integer     not null,
    kind               text        not null,
    items              text[]      not null default '{}',
    binding_version_id integer,
    at                 timestamptz not null,
    report_no          integer,
    constraint binding_change_pk primary key (binding_change_id),
    constraint binding_change_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint binding_change_version_fk foreign key (binding_version_id) references binding_version (binding_version_id),
    constraint binding_change_report_fk foreign key (report_no) references binding_report (report_no),
    constraint binding_change_kind check (kind in ('bound', 'changed', 'ended', 'lost', 'unrecoverable', 'found'))
);

comment on column binding_change.items is 'Of a change: which of the items are others now.';
comment on column binding_change.binding_version_id is 'What is in force since, or what ended; null for a machine that never worked for anybody.';

create index binding_change_unreported on binding_change (binding_change_id) where report_no is null;
create index binding_change_by_report on binding_change (report_no);

-- Compares what is bound now with the versions written down last, ends those that hold no more, begins the new ones and notes the changes.
-- Of the given machines, or of all. Whoever changes a machine, its binding or its merchant calls it in the same transaction; the report
-- calls it for all, so that nothing is lost when somebody did not. Dates come from the rows, not from the moment of the call.
create function record_binding_changes(ids integer[]) returns integer language plpgsql as $$
declare
    closed integer[];
    closed_at timestamptz[];
    fresh integer[];
    fresh_from timestamptz[];
    opened integer[];
begin
    -- What is found is kept aside before it is written: a statement that looks into the table it fills looks through ever more of it.
    select array_agg(binding_version_id), array_agg(greatest(ends, valid_from + interval '1 microsecond')) into closed, closed_at
    from (
        select v.binding_version_id, v.valid_from,
               case when b.valid_from is distinct from v.bound_from then old.valid_to
                    else greatest(
                        case when (v.serial_no, v.installation_address) <> (t.serial_no, t.installation_address) then t.changed_at end,
                        case when (v.credit_code_mark, v.settlement_account_mark) <> (m.credit_code_mark, m.settlement_account_mark)
                             then m.changed_at end) end as ends
        from binding_version v
        join terminal t using (terminal_id)
        left join terminal_binding old on old.terminal_id = v.terminal_id and old.valid_from = v.bound_from
        left join terminal_binding b on b.terminal_id = v.terminal_id and b.valid_to = 'infinity'
        left join merchant m on m.merchant_id = b.merchant_id
        where v.valid_to = 'infinity' and (ids is null or v.terminal_id = any (ids))
          and (b.valid_from is distinct from v.bound_from
               or (v.serial_no, v.merchant_id, v.credit_code_mark, v.settlement_account_mark, v.installation_address)
                  is distinct from (t.serial_no, b.merchant_id, m.credit_code_mark, m.settlement_account_mark, t.installation_address))
    ) stale;
    update binding_version v
       set valid_to = s.ends
      from unnest(closed, closed_at) as s (id, ends)
     where v.binding_version_id = s.id;

    select array_agg(terminal_id order by terminal_id), array_agg(begins order by terminal_id) into fresh, fresh_from
    from (
        select b.terminal_id,
               greatest(b.valid_from, (select max(v.valid_to) from binding_version v where v.terminal_id = b.terminal_id)) as begins
        from terminal_binding b
        where b.valid_to = 'infinity' and (ids is null or b.terminal_id = any (ids))
          and not exists (select from binding_version v where v.terminal_id = b.terminal_id and v.valid_to = 'infinity')
    ) found;
    with begun as (
        insert into binding_version (terminal_id, serial_no, acquirer_code, merchant_id, credit_code_sealed, credit_code_mark,
                                     settlement_account_sealed, settlement_account_mark, installation_address, bound_from, valid_from)
        select b.terminal_id, t.serial_no, left(m.merchant_no, 3), b.merchant_id, m.credit_code_sealed, m.credit_code_mark,
               m.settlement_account_sealed, m.settlement_account_mark, t.installation_address, b.valid_from, f.begins
        from unnest(fresh, fresh_from) as f (terminal_id, begins)
        join terminal_binding b on b.terminal_id = f.terminal_id and b.valid_to = 'infinity'
        join terminal t on t.terminal_id = f.terminal_id
        join merchant m using (merchant_id)
        order by b.terminal_id
        returning binding_version_id, valid_from
    )
    select array_agg(binding_version_id) into opened from begun where valid_from > '-infinity';
    if cardinality(fresh) > 1000 then
        -- A first import fills an empty table; plans made for an empty one would take minutes afterwards.
        analyze binding_version;
    end if;

    insert into binding_change (terminal_id, kind, binding_version_id, at)
    select v.terminal_id, 'ended', v.binding_version_id, v.valid_to
    from binding_version v
    where v.binding_version_id = any (closed)
      and not exists (select from binding_version n where n.terminal_id = v.terminal_id and n.valid_from = v.valid_to)
    order by v.binding_version_id;

    insert into binding_change (terminal_id, kind, items, binding_version_id, at)
    select v.terminal_id, case when p.binding_version_id is null then 'bound' else 'changed' end,
           array_remove(array[
               case when p.serial_no <> v.serial_no then 'serialNo' end,
               case when p.acquirer_code <> v.acquirer_code then 'acquirerCode' end,
               case when p.merchant_id <> v.merchant_id then 'merchantNo' end,
               case when p.credit_code_mark <> v.credit_code_mark then 'creditCode' end,
               case when p.settlement_account_mark <> v.settlement_account_mark then 'settlementAccount' end,
               case when p.installation_address <> v.installation_address then 'installationAddress' end], null),
           v.binding_version_id, v.valid_from
    from binding_version v
    left join binding_version p on p.terminal_id = v.terminal_id and p.valid_to = v.valid_from
    where v.binding_version_id = any (opened)
    order by v.binding_version_id;
    return coalesce(cardinality(closed), 0) + coalesce(cardinality(opened), 0);
end
$$;

-- What is bound today was told by whoever kept the machines before: it is the base, not a change.
select record_binding_changes(null);
delete from binding_change;

-- A change is never edited; that it was reported is noted once.
create function refuse_second_report() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.report_no is not null or new.report_no is null
       or (new.binding_change_id, new.terminal_id, new.kind, new.items, new.binding_version_id, new.at)
          is distinct from (old.binding_change_id, old.terminal_id, old.kind, old.items, old.binding_version_id, old.at) then
        raise exception 'a change of a binding is reported once and never edited' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger binding_change_reported_once before update or delete on binding_change
    for each row execute function refuse_second_report();
