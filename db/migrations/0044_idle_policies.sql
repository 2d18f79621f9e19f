-- Why: beyond the two legal clocks a bank finds terminals that take too little, and warns of those that are quiet for days (domain §2). The rules are
-- data with a version, adopted by date for a branch and all below it. A verdict is a dated row, so that any past date is answered as it was then
-- (decision 0020).
-- Locks: merchant, merchant_attribute, idle_note, loan_step and day_volume_delta exclusively, for a moment: triggers and a check. merchant_attribute is
-- read through.

alter table merchant_attribute drop constraint merchant_attribute_known;
alter table merchant_attribute add constraint merchant_attribute_known check (attribute in (
    'starRating', 'large', 'chain', 'salesFloor', 'authorised4S', 'highEnd', 'cafe', 'townshipOnKeyList', 'realEstateProject',
    'ruralBenefitPoint', 'seasonal'));

create table idle_policy (
    version    integer     not null,
    content    text        not null,
    created_by text        not null,
    created_at timestamptz not null,
    constraint idle_policy_pk primary key (version),
    constraint idle_policy_is_json check (jsonb_typeof(content::jsonb) = 'object')
);

create trigger idle_policy_append_only before update or delete or truncate on idle_policy
    for each statement execute function refuse_change();

create table idle_policy_adoption (
    branch_code    text        not null,
    effective_from date        not null,
    version        integer     not null,
    why            text        not null,
    adopted_by     text        not null,
    adopted_at     timestamptz not null,
    constraint idle_policy_adoption_pk primary key (branch_code, effective_from),
    constraint idle_policy_adoption_version_fk foreign key (version) references idle_policy (version),
    constraint idle_policy_adoption_says_why check (why <> '')
);

comment on table idle_policy_adoption is 'Of a date: the latest adoption on or before it, of the nearest branch upwards that has one.';
comment on column idle_policy_adoption.branch_code is 'Empty: the whole bank, above every branch.';

create trigger idle_policy_adoption_append_only before update or delete or truncate on idle_policy_adoption
    for each statement execute function refuse_change();

-- The policy of each branch on a date.
create function idle_policies_on(on_date date) returns table (branch_code text, version integer) language sql stable as $$
    with recursive up as (
        select b.branch_code, b.branch_code as at, b.parent_branch_code as parent, 0 as depth from branch b
        union all
        -- Who is above oneself is refused by the import; should it happen all the same, it ends.
        select u.branch_code, b.branch_code, b.parent_branch_code, u.depth + 1 from up u join branch b on b.branch_code = u.parent where u.depth < 50
    ), adopted as (
        select distinct on (a.branch_code) a.branch_code, a.version
        from idle_policy_adoption a where a.effective_from <= on_date order by a.branch_code, a.effective_from desc
    )
    select distinct on (u.branch_code) u.branch_code, a.version
    from (select u.branch_code, u.at, u.depth from up u union all select b.branch_code, '', 100 from branch b) u
    join adopted a on a.branch_code = u.at
    order by u.branch_code, u.depth
$$;

insert into idle_policy (version, content, created_by, created_at) values (1, '{
"name": "Low volume and early warning (domain §2)",
"legalClocks": {"verifyAfterMonths":3,"removeAfterMonths":12,"source":"中支协发〔2021〕161号 [S/R]"},
"lowVolume": {"months":3,"amountFenBelow":100000,"countBelow":3,"source":"unverified [U]"},
"exemptions": [
{"kind":"spare","source":"unverified [U]"},
{"kind":"newlyInstalled","days":90,"source":"unverified [U]"},
{"kind":"seasonal","source":"unverified [U]"},
{"kind":"ruralBenefitPoint","source":"unverified [U]"},
{"kind":"loanLinked","source":"unverified [U]"}
],
"earlyWarning": {
"allTerminals": {"daysMin":2,"daysMax":10,"source":"practice of fleets [R]"},
"mostTerminals": {"sharePercent":80,"days":5,"source":"practice of fleets [R]"},
"anyTerminal": {"daysMoreThan":10,"source":"practice of fleets [R]"}
}
}', 'migration', '2026-11-22T00:00:00Z');
insert into idle_policy_adoption (branch_code, effective_from, version, why, adopted_by, adopted_at)
values ('', '-infinity', 1, 'The policy to begin with.', 'migration', '2026-11-22T00:00:00Z');

-- Merchants whose machines are judged by the night of a date or the first one after it; -infinity: the next. Without a key, as tier_due.
create table idle_verdict_due (
    merchant_id integer not null,
    due_on      date    not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create index idle_verdict_due_by_merchant on idle_verdict_due (merchant_id, due_on);

-- Terminals whose holders are judged by each night up to the first one of a date or a later one.
create table idle_verdict_note (
    terminal_id integer not null,
    keep_until  date    not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- Whatever the legal clocks take note of (bindings, flags, installations, the registry's activity) these verdicts hang on too.
create function note_for_idle_policies() returns trigger language plpgsql as $$
begin
    insert into idle_verdict_note (terminal_id, keep_until) select distinct terminal_id, keep_until from added;
    return null;
end
$$;
create trigger idle_note_is_for_policies_too after insert on idle_note referencing new table as added
    for each statement execute function note_for_idle_policies();

-- A line of an earlier date changes what was counted; a night before its business date must not see it, a night of that date must.
create function note_late_volumes() returns trigger language plpgsql as $$
begin
    insert into idle_verdict_note (terminal_id, keep_until)
    select terminal_id, max(business_date) from folded where transaction_date < business_date group by terminal_id;
    return null;
end
$$;
create trigger day_volume_delta_late_is_noted after delete on day_volume_delta referencing old table as folded
    for each statement execute function note_late_volumes();

create function note_exemptions() returns trigger language plpgsql as $$
begin
    insert into idle_verdict_due (merchant_id, due_on)
    select new.merchant_id, d from (values (new.valid_from), (new.valid_to)) v (d) where d < 'infinity';
    return null;
end
$$;
create trigger merchant_attribute_may_exempt after insert or update on merchant_attribute for each row
    when (new.attribute in ('ruralBenefitPoint', 'seasonal')) execute function note_exemptions();

create function note_other_branch() returns trigger language plpgsql as $$
begin
    insert into idle_verdict_due (merchant_id, due_on) values (new.merchant_id, '-infinity');
    return null;
end
$$;
create trigger merchant_is_due_in_another_branch after update on merchant for each row
    when (old.branch_code is distinct from new.branch_code) execute function note_other_branch();

-- A loan that is opened, reopened or closed links its merchant or no longer does, from the list's date on: a night before it must not see it.
create function note_loan_links() returns trigger language plpgsql as $$
begin
    insert into idle_verdict_due (merchant_id, due_on)
    select distinct l.merchant_id, s.as_of from added s join loan l using (loan_id) where s.act in ('open', 'reopen', 'close');
    return null;
end
$$;
create trigger loan_step_may_link after insert on loan_step referencing new table as added
    for each statement execute function note_loan_links();

-- The policy that each branch was last judged by: what differs on a night is judged anew.
create table idle_branch_policy (
    branch_code text    not null,
    version     integer not null,
    constraint idle_branch_policy_pk primary key (branch_code),
    constraint idle_branch_policy_version_fk foreign key (version) references idle_policy (version)
);

-- The verdicts of a business date: what belongs to them. Decided when they begin, so that all parts agree.
create table idle_verdict_night (
    business_date    date        not null,
    judges_all       boolean     not null,
    first_closed_on  date        not null,
    incomplete_dates date[]      not null,
    blocks           integer     not null,
    begun_at         timestamptz not null,
    constraint idle_verdict_night_pk primary key (business_date)
);

comment on column idle_verdict_night.judges_all is 'The first night, another month, or a month that became evidence or ceased to be.';
comment on column idle_verdict_night.incomplete_dates is 'Dates that lacked files when the date was closed: no idle day, and no month with one, counts.';
comment on column idle_verdict_night.blocks is 'Ten thousand merchant ids a block, from 0 on.';

create trigger idle_verdict_night_append_only before update or delete or truncate on idle_verdict_night
    for each statement execute function refuse_change();

create table idle_verdict_block (
    block_no      integer     not null,
    business_date date        not null,
    judged        integer     not null,
    written       integer     not null,
    done_at       timestamptz not null,
    constraint idle_verdict_block_pk primary key (block_no, business_date),
    constraint idle_verdict_block_night_fk foreign key (business_date) references idle_verdict_night (business_date)
);

create trigger idle_verdict_block_append_only before update or delete or truncate on idle_verdict_block
    for each statement execute function refuse_change();

create table idle_verdict (
    terminal_id    integer     not null,
    layer          text        not null,
    judged_on      date        not null,
    state          text        not null,
    rule           text,
    merchant_id    integer     not null,
    policy_version integer     not null,
    since          date        not null,
    document       text        not null,
    decided_at     timestamptz not null,
    constraint idle_verdict_pk primary key (terminal_id, layer, judged_on),
    constraint idle_verdict_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint idle_verdict_layer check (layer in ('lowVolume', 'earlyWarning')),
    constraint idle_verdict_state check (state in ('found', 'exempt', 'clear') and (state = 'clear') = (rule is null)),
    constraint idle_verdict_since check (since <= judged_on)
);

comment on table idle_verdict is 'One row when the answer of a layer changes; the answer of any date is the latest row on or before it, and clear without one.';
comment on column idle_verdict.merchant_id is 'Whom it worked for; of a machine that works for nobody any more, whom it did.';
comment on column idle_verdict.since is 'Since when state and rule are these.';
comment on column idle_verdict.document is 'Canonical JSON: numbers, evidence, what would change it. Shown as it is.';

create index idle_verdict_by_date on idle_verdict (judged_on, terminal_id, layer);

create trigger idle_verdict_append_only before update or delete or truncate on idle_verdict
    for each statement execute function refuse_change();

-- What stands against a terminal now. Follows idle_verdict in its transaction; a clear terminal has no row.
create table terminal_idle_verdict (
    terminal_id      integer not null,
    layer            text    not null,
    judged_on        date    not null,
    merchant_id      integer not null,
    state            text    not null,
    last_activity_on date    not null,
    recheck_on       date,
    constraint terminal_idle_verdict_pk primary key (terminal_id, layer),
    constraint terminal_idle_verdict_row_fk foreign key (terminal_id, layer, judged_on) references idle_verdict (terminal_id, layer, judged_on),
    constraint terminal_idle_verdict_state check (state in ('found', 'exempt'))
);

create index terminal_idle_verdict_by_merchant on terminal_idle_verdict (merchant_id);
create index terminal_idle_verdict_by_state on terminal_idle_verdict (layer, state, terminal_id);
