-- Why: what somebody should look at is raised by itself, once, with its numbers, and ends by itself (domain §6): a borrower's quiet machines, fallen
-- volume, a binding that disagrees, a margin below cost. When, is policy: data with a version and a date.
-- Locks: merchant and binding_case for a moment (foreign keys); otherwise new tables.

create table alarm_policy (
    version             integer     not null,
    effective_from      date        not null,
    quiet_days          integer[]   not null,
    fall_percents       integer[]   not null,
    fall_weeks          integer     not null,
    fall_base_weeks     integer     not null,
    fall_base_fen_min   bigint      not null,
    counted_percent_min integer     not null,
    margin_weeks        integer     not null,
    margin_loss_fen_min bigint      not null,
    why                 text        not null,
    source              text        not null,
    adopted_by          text        not null,
    adopted_at          timestamptz not null,
    constraint alarm_policy_pk primary key (version),
    constraint alarm_policy_one_a_date unique (effective_from),
    constraint alarm_policy_quiet check (cardinality(quiet_days) = 3 and quiet_days[1] > 0 and quiet_days[1] < quiet_days[2]
                                         and quiet_days[2] < quiet_days[3]),
    constraint alarm_policy_fall check (cardinality(fall_percents) = 2 and fall_percents[1] > 0 and fall_percents[1] < fall_percents[2]
                                        and fall_percents[2] <= 100),
    constraint alarm_policy_weeks check (fall_weeks between 1 and 53 and fall_base_weeks between 1 and 53 and margin_weeks between 1 and 53),
    constraint alarm_policy_amounts check (fall_base_fen_min > 0 and margin_loss_fen_min > 0 and counted_percent_min between 1 and 100)
);

comment on column alarm_policy.quiet_days is 'Of level 1 (notice), 2 (warning), 3 (critical).';
comment on column alarm_policy.fall_percents is 'Of level 2 and 3.';
comment on column alarm_policy.fall_base_fen_min is 'A week of seven counted days, over the weeks that volume is held against.';

create trigger alarm_policy_append_only before update or delete or truncate on alarm_policy
    for each statement execute function refuse_change();

insert into alarm_policy (version, effective_from, quiet_days, fall_percents, fall_weeks, fall_base_weeks, fall_base_fen_min, counted_percent_min,
                          margin_weeks, margin_loss_fen_min, why, source, adopted_by, adopted_at)
values (1, '-infinity', '{7,15,30}', '{50,80}', 4, 12, 500000, 75, 4, 100, 'The policy to begin with.', 'unverified [U], quiet days [R]', 'migration',
        '2026-11-22T00:00:00Z');

-- A run of the alarms for a business date: by what policy, and what belongs to it. Decided when it begins, so that all its parts agree.
create table alarm_night (
    business_date  date        not null,
    policy_version integer     not null,
    week_end       date,
    blocks         integer     not null,
    begun_at       timestamptz not null,
    constraint alarm_night_pk primary key (business_date),
    constraint alarm_night_policy_fk foreign key (policy_version) references alarm_policy (version),
    constraint alarm_night_week check (extract(isodow from week_end) = 7 and week_end <= business_date)
);

comment on column alarm_night.week_end is 'The Sunday whose weeks it judges: on the first run on or after it.';

create trigger alarm_night_append_only before update or delete or truncate on alarm_night
    for each statement execute function refuse_change();

-- A part of a run that is done, written in the transaction that did it: done again, it finds this and does nothing.
create table alarm_block_run (
    block_no      integer     not null,
    business_date date        not null,
    judged        integer     not null,
    written       integer     not null,
    done_at       timestamptz not null,
    constraint alarm_block_run_pk primary key (business_date, block_no),
    constraint alarm_block_run_night_fk foreign key (business_date) references alarm_night (business_date)
);

create trigger alarm_block_run_append_only before update or delete or truncate on alarm_block_run
    for each statement execute function refuse_change();

create table alarm (
    alarm_id           bigint      generated always as identity,
    kind               text        not null,
    merchant_id        integer,
    binding_case_id    integer,
    level              smallint    not null,
    raised_on          date        not null,
    changed_on         date        not null,
    ended_on           date,
    end_reason         text,
    numbers            text        not null,
    policy_version     integer     not null,
    acknowledged_level smallint,
    acknowledged_by    text,
    acknowledged_at    timestamptz,
    note               text        not null default '',
    version            integer     not null default 1,
    constraint alarm_pk primary key (alarm_id),
    constraint alarm_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint alarm_case_fk foreign key (binding_case_id) references binding_case (binding_case_id),
    constraint alarm_policy_fk foreign key (policy_version) references alarm_policy (version),
    constraint alarm_kind check (kind in ('loanQuiet', 'volumeFall', 'bindingDisagrees', 'negativeMargin')),
    constraint alarm_of_one check ((kind = 'bindingDisagrees') = (binding_case_id is not null)
                                   and (merchant_id is not null or binding_case_id is not null)),
    constraint alarm_level check (level between 1 and 3),
    constraint alarm_order check (raised_on <= changed_on and changed_on <= coalesce(ended_on, changed_on)),
    constraint alarm_ends_for_a_reason check ((ended_on is null) = (end_reason is null)),
    constraint alarm_acknowledged_by_somebody check ((acknowledged_level is null) = (acknowledged_by is null)
                                                     and (acknowledged_by is null) = (acknowledged_at is null)
                                                     and (acknowledged_by is null) = (note = ''))
);

comment on column alarm.numbers is 'Canonical JSON: what was found when it was raised, or came to its present level.';
comment on column alarm.merchant_id is 'Null: transactions named a merchant that nobody knows.';

create unique index alarm_one_open on alarm (kind, merchant_id) where ended_on is null and binding_case_id is null;
create unique index alarm_one_a_case on alarm (binding_case_id);
create index alarm_open on alarm (alarm_id) where ended_on is null;
create index alarm_by_merchant on alarm (merchant_id, alarm_id);

create table alarm_step (
    alarm_id bigint      not null,
    version  integer     not null,
    act      text        not null,
    on_date  date        not null,
    level    smallint    not null,
    numbers  text        not null,
    note     text        not null,
    actor    text        not null,
    at       timestamptz not null,
    constraint alarm_step_pk primary key (alarm_id, version),
    constraint alarm_step_alarm_fk foreign key (alarm_id) references alarm (alarm_id),
    constraint alarm_step_act check (act in ('raise', 'escalate', 'ease', 'end', 'acknowledge'))
);

create index alarm_step_by_date on alarm_step (on_date);

create trigger alarm_step_append_only before update or delete or truncate on alarm_step
    for each statement execute function refuse_change();
