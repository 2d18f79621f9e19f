-- Why: a finding of an idle machine is somebody's work: the merchant is verified again by a deadline, reminded, trained, offered another price, the
-- machine is fetched (domain §2). Each is a task with an owner, a date and a history. What the work goes by (days, budgets, costs) is dated data.
-- Locks: nothing that exists; new tables only (foreign keys take short locks).

create table work_term (
    term           text        not null,
    branch_code    text        not null,
    effective_from date        not null,
    value          bigint      not null,
    source         text        not null,
    why            text        not null,
    set_by         text        not null,
    set_at         timestamptz not null,
    constraint work_term_pk primary key (term, branch_code, effective_from),
    constraint work_term_has_source check (source <> '' and why <> ''),
    constraint work_term_value check (value >= 0)
);

comment on table work_term is 'Of a date: the latest on or before it, of the nearest branch upwards that has one.';
comment on column work_term.branch_code is 'Empty: the whole bank, above every branch.';

create trigger work_term_append_only before update or delete or truncate on work_term
    for each statement execute function refuse_change();

insert into work_term (term, branch_code, effective_from, value, source, why, set_by, set_at)
select term, '', '-infinity', value, 'source: unverified [U]', 'To begin with.', 'migration', '2026-11-22T00:00:00Z'
from (values ('reverifyDays', 30), ('recoverDays', 30), ('remindDays', 30), ('trainDays', 30), ('repriceDays', 30), ('proposeRemovalDays', 30),
             ('followPerNight', 5000), ('removalsPerNight', 5), ('rentFenPerMonth', 2000), ('simFenPerMonth', 500), ('proofDistanceMetres', 300),
             ('newMachineFen', 40000)) t (term, value);

-- Every term of each branch on a date; of the whole bank with an empty branch.
create function work_terms_on(on_date date) returns table (branch_code text, term text, value bigint) language sql stable as $$
    with recursive up as (
        select b.branch_code, b.branch_code as at, b.parent_branch_code as parent, 0 as depth from branch b
        union all
        select u.branch_code, b.branch_code, b.parent_branch_code, u.depth + 1 from up u join branch b on b.branch_code = u.parent where u.depth < 50
    ), counting as (
        select distinct on (w.term, w.branch_code) w.term, w.branch_code, w.value
        from work_term w where w.effective_from <= on_date order by w.term, w.branch_code, w.effective_from desc
    )
    select distinct on (u.branch_code, c.term) u.branch_code, c.term, c.value
    from (select u.branch_code, u.at, u.depth from up u
          union all select b.branch_code, '', 100 from branch b
          union all select '', '', 0) u
    join counting c on c.branch_code = u.at
    order by u.branch_code, c.term, u.depth
$$;

create table follow_up (
    follow_up_id bigint      generated always as identity,
    kind         text        not null,
    terminal_id  integer     not null,
    merchant_id  integer     not null,
    since        date        not null,
    owner        text,
    opened_on    date        not null,
    due_on       date        not null,
    state        text        not null default 'open',
    result       text,
    next_on      date,
    version      integer     not null default 1,
    changed_at   timestamptz not null,
    constraint follow_up_pk primary key (follow_up_id),
    constraint follow_up_once unique (terminal_id, merchant_id, kind, since),
    constraint follow_up_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint follow_up_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint follow_up_owner_fk foreign key (owner) references account_manager (manager_code),
    constraint follow_up_kind check (kind in ('reverify', 'recover', 'remind', 'train', 'reprice', 'proposeRemoval')),
    constraint follow_up_state check (state in ('open', 'done', 'cancelled', 'ended')),
    constraint follow_up_result check (coalesce(case state when 'done' then result in ('passed', 'failed', 'done', 'overdue') when 'ended' then result in
        ('soldAgain', 'cleared', 'superseded', 'clockMoved', 'leftMerchant', 'spare') else result is null end, false)),
    constraint follow_up_next check (next_on is null or state = 'done'),
    constraint follow_up_dates check (opened_on <= due_on)
);

comment on column follow_up.since is 'What it is about: the last activity before the silence, or the date since which the volume is low. One silence has one task of a kind.';
comment on column follow_up.owner is 'The account manager who looked after the merchant when it opened, or who it was handed to; null: the branch.';
comment on column follow_up.next_on is 'Of a stage that is done: when the next one may begin; null once it has been looked at.';

create index follow_up_open on follow_up (due_on, follow_up_id) where state = 'open';
create index follow_up_next on follow_up (next_on) where next_on is not null;
create index follow_up_by_terminal on follow_up (terminal_id);

create table follow_up_step (
    follow_up_id bigint      not null,
    version      integer     not null,
    act          text        not null,
    from_state   text,
    to_state     text        not null,
    why          text        not null,
    details      jsonb       not null default '{}',
    actor        text        not null,
    business_date date,
    at           timestamptz not null,
    constraint follow_up_step_pk primary key (follow_up_id, version),
    constraint follow_up_step_task_fk foreign key (follow_up_id) references follow_up (follow_up_id),
    constraint follow_up_step_says_why check (why <> '')
);

comment on column follow_up_step.business_date is 'Of what a night did: its date. Null of what people did.';

create index follow_up_step_by_date on follow_up_step (business_date) where business_date is not null;

create trigger follow_up_step_append_only before update or delete or truncate on follow_up_step
    for each statement execute function refuse_change();

-- What a night has begun to follow, and how much of its share each part has used.
create table follow_up_night (
    business_date date        not null,
    begun_at      timestamptz not null,
    constraint follow_up_night_pk primary key (business_date)
);

create trigger follow_up_night_append_only before update or delete or truncate on follow_up_night
    for each statement execute function refuse_change();

create table follow_up_share (
    business_date date    not null,
    shard         integer not null,
    followed      integer not null,
    constraint follow_up_share_pk primary key (business_date, shard),
    constraint follow_up_share_night_fk foreign key (business_date) references follow_up_night (business_date),
    constraint follow_up_share_counts check (followed >= 0)
);

-- Machines that a night has still to look at. What a night does not come to, the next one does first.
create table follow_up_due (
    terminal_id integer not null,
    noted_on    date    not null,
    constraint follow_up_due_pk primary key (terminal_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
