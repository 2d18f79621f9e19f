-- Why: closed business days and what the idle sweep found on them (domain §2).
-- Locks: nothing that exists; new tables only.

create table business_day_close (
    business_date date        not null,
    closed_at     timestamptz not null,
    complete      boolean     not null,
    insisted      boolean     not null,
    incomplete_dates date[]   not null default '{}',
    findings      integer     not null,
    constraint business_day_close_pk primary key (business_date)
);

comment on column business_day_close.complete is 'Whether every expected file was there at the close. A late file completes its date later; that is judged from the files, not from here.';

comment on column business_day_close.incomplete_dates is 'The dates that no idle clock advanced over at this close, so that its verdicts can be recomputed after late files came.';

create trigger business_day_close_append_only before update or delete or truncate on business_day_close
    for each statement execute function refuse_change();

-- One row each time a terminal''s verdict changes: found on a clock, moved to the longer one, or cleared. The verdict of any date is
-- the latest row on or before it.
create table idle_finding (
    idle_finding_id  bigint generated always as identity,
    terminal_id      integer     not null,
    judged_on        date        not null,
    verdict          text        not null,
    rule             text        not null,
    last_activity_on date        not null,
    activity_source  text        not null,
    due_on           date        not null,
    incomplete_days  integer     not null,
    found_at         timestamptz not null,
    constraint idle_finding_pk primary key (idle_finding_id),
    constraint idle_finding_one_a_date unique (terminal_id, judged_on),
    constraint idle_finding_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint idle_finding_verdict check (verdict in ('3m', '12m', 'cleared')),
    constraint idle_finding_activity_source check (activity_source in ('sale', 'registry', 'installation'))
);

comment on column idle_finding.due_on is 'The date from which the terminal counts as idle on this clock: last activity + months + incomplete days.';

create index idle_finding_by_date on idle_finding (judged_on);

create trigger idle_finding_append_only before update or delete or truncate on idle_finding
    for each statement execute function refuse_change();
