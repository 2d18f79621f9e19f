-- Why: branches and account managers are measured by volume, activity and machines (domain §1.9). Each closed date gets one row for each pair of
-- branch and manager, so that a year is a sum over rows and not over the journal; the rows are made of history and can be made again (decision 0023).
-- Locks: merchant and terminal exclusively, for a moment: a column with a constant default. merchant_care and terminal_binding for a moment: triggers. day_volume,
-- merchant_step and terminal_step against writing while a small index is built; seconds for a hundred million rows.

-- Since when an import lets us know of them: a date that was closed before that did not count them, and does not when it is counted again.
alter table merchant add column known_from timestamptz not null default '-infinity';
alter table terminal add column known_from timestamptz not null default '-infinity';

-- Rows come about in the order of their dates, so that what a date needs lies together: block ranges find it, and cost a writer next to nothing.
create index day_volume_by_business_date on day_volume using brin (business_date) with (pages_per_range = 32, autosummarize = on);
create index merchant_step_by_time on merchant_step using brin (at) with (pages_per_range = 32, autosummarize = on);
create index terminal_step_by_time on terminal_step using brin (at) with (pages_per_range = 32, autosummarize = on);

create table scorecard_date (
    business_date date        not null,
    written_at    timestamptz not null,
    stale         boolean     not null default false,
    constraint scorecard_date_pk primary key (business_date)
);

comment on table scorecard_date is 'Closed dates whose rows are written; one without any row is a date on which there was nothing.';
comment on column scorecard_date.stale is 'What it was counted by was dated back to it or before it: the next night counts it again.';

create table scorecard_day (
    business_date        date   not null,
    branch_code          text   not null,
    manager_code         text   not null,
    merchants_open       bigint not null,
    merchants_active     bigint not null,
    rural_merchants      bigint not null,
    terminals_installed  bigint not null,
    idle_terminals       bigint not null,
    idle_year_terminals  bigint not null,
    volume_fen           bigint not null,
    transactions         bigint not null,
    commission_fen       bigint not null,
    rural_volume_fen     bigint not null,
    terminals_removed    bigint not null,
    terminals_redeployed bigint not null,
    tier_promotions      bigint not null,
    tier_demotions       bigint not null,
    constraint scorecard_day_pk primary key (business_date, branch_code, manager_code),
    constraint scorecard_day_date_fk foreign key (business_date) references scorecard_date (business_date),
    constraint scorecard_day_branch_fk foreign key (branch_code) references branch (branch_code),
    constraint scorecard_day_parts check (merchants_active between 0 and merchants_open and rural_merchants between 0 and merchants_open
                                      and idle_year_terminals between 0 and idle_terminals and idle_terminals <= terminals_installed)
);

comment on column scorecard_day.manager_code is 'Empty: nobody was named.';
comment on column scorecard_day.volume_fen is 'Sales less what was given back, by the date they were posted to.';
comment on column scorecard_day.commission_fen is 'The acquirer''s part of the fees.';

-- A handover may be dated back, and so may the holder of a machine that an import names. What was counted since then is counted again; the note is
-- there in its transaction, whoever makes it.
create table scorecard_recount (
    from_date date not null,
    noted_in  xid8 not null default pg_current_xact_id()
);

comment on column scorecard_recount.noted_in is 'The transaction: it needs no second note, but another must not rely on a note that may be taken before it ends.';

create function note_scorecard_recount(since date) returns void language sql as $$
    insert into scorecard_recount (from_date)
    select since
    where since > '-infinity'
      and not exists (select from scorecard_recount r where r.from_date <= since and r.noted_in = pg_current_xact_id())
$$;

create function note_new_care() returns trigger language plpgsql as $$
begin
    perform note_scorecard_recount((select min(valid_from) from after_it where valid_from > '-infinity'));
    return null;
end
$$;
create trigger merchant_care_is_counted after insert on merchant_care referencing new table as after_it
    for each statement execute function note_new_care();

create function note_changed_care() returns trigger language plpgsql as $$
begin
    perform note_scorecard_recount((
        select min(case when n.voided <> b.voided then n.valid_from else least(n.valid_to, b.valid_to) end)
        from after_it n
        join before_it b using (care_id)
        where (n.valid_to, n.voided) is distinct from (b.valid_to, b.voided)));
    return null;
end
$$;
create trigger merchant_care_change_is_counted after update on merchant_care referencing old table as before_it new table as after_it
    for each statement execute function note_changed_care();

create function note_new_holder() returns trigger language plpgsql as $$
begin
    perform note_scorecard_recount((
        select (min(valid_from) at time zone 'Asia/Shanghai')::date from after_it where valid_from > '-infinity'));
    return null;
end
$$;
create trigger terminal_binding_is_counted after insert on terminal_binding referencing new table as after_it
    for each statement execute function note_new_holder();

create function note_changed_holder() returns trigger language plpgsql as $$
begin
    perform note_scorecard_recount((
        select (min(least(n.valid_to, b.valid_to)) at time zone 'Asia/Shanghai')::date
        from after_it n
        join before_it b using (terminal_id, valid_from)
        where n.valid_to <> b.valid_to));
    return null;
end
$$;
create trigger terminal_binding_change_is_counted after update on terminal_binding referencing old table as before_it new table as after_it
    for each statement execute function note_changed_holder();

-- What is wanted of a branch with all below it, or of a manager. Never edited: a change is the next version, and none is a target withdrawn.
create table scorecard_target (
    branch_code  text        not null default '',
    manager_code text        not null default '',
    measure      text        not null,
    year         integer     not null,
    month        integer     not null,
    version      integer     not null,
    value        bigint,
    set_by       text        not null,
    set_at       timestamptz not null,
    constraint scorecard_target_pk primary key (branch_code, manager_code, measure, year, month, version),
    constraint scorecard_target_of_one check ((branch_code = '') <> (manager_code = '')),
    constraint scorecard_target_period check (year between 2000 and 2099 and month between 0 and 12),
    constraint scorecard_target_version check (version > 0)
);

comment on column scorecard_target.month is '0: the whole year.';

create trigger scorecard_target_append_only before update or delete or truncate on scorecard_target
    for each statement execute function refuse_change();
