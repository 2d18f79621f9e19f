-- Why: work that is due by date outlives the process that does it. One row for each job, business date and shard says what is due, who
-- does it, until when, and how far it came; any runtime (a tick loop, Hangfire) may do the work, the row decides who. The first job
-- checks the books of each closed date and keeps its verdict.
-- Locks: nothing that exists; new tables only.

create table job_shard (
    job           text        not null,
    business_date date        not null,
    shard         integer     not null,
    shards        integer     not null,
    asks          integer     not null default 1,
    run           integer     not null default 1,
    state         text        not null default 'due',
    due_at        timestamptz not null,
    attempts      integer     not null default 0,
    failures      integer     not null default 0,
    token         bigint      not null default 0,
    owner         text,
    lease_until   timestamptz,
    done          bigint      not null default 0,
    total         bigint,
    checkpoint    jsonb,
    error         text,
    asked_by      text        not null,
    asked_at      timestamptz not null,
    asked_why     text,
    started_at    timestamptz,
    ended_at      timestamptz,
    constraint job_shard_pk primary key (job, business_date, shard),
    constraint job_shard_job check (job ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(job) <= 60),
    constraint job_shard_shard check (shard >= 0 and shard < shards),
    constraint job_shard_state check (state in ('due', 'running', 'done', 'failed', 'cancelled')),
    constraint job_shard_counts check (asks >= 1 and run >= 1 and attempts >= 0 and failures >= 0 and token >= 0 and done >= 0 and done <= coalesce(total, done)),
    constraint job_shard_lease check ((state = 'running') = (owner is not null) and (state = 'running') = (lease_until is not null)),
    constraint job_shard_ended check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
    constraint job_shard_checkpoint check (octet_length(checkpoint::text) <= 8192),
    constraint job_shard_error check (error ~ '^[a-z0-9.-]+$' and length(error) <= 100),
    constraint job_shard_why check (length(asked_why) <= 500)
);

comment on column job_shard.asks is 'How often a person or the calendar wanted it; the version that a re-run names.';
comment on column job_shard.run is 'Grows by one when the work begins anew; what a job writes is keyed by job, date, shard and this.';
comment on column job_shard.due_at is 'Not before; set by the process'' clock, for it only paces. What fences is the server''s clock.';
comment on column job_shard.attempts is 'Claims since the last checkpoint: a shard that kills whoever does it stops after some.';
comment on column job_shard.failures is 'Failures in a row since the last checkpoint.';
comment on column job_shard.token is 'Grows by one with each claim. Every write of who claimed it names it.';
comment on column job_shard.lease_until is 'By clock_timestamp() of this server, whatever the clocks of those who work.';
comment on column job_shard.error is 'A code that has a text in both languages; never a message, which might quote data.';

-- What is claimed, and what stands in the way of later dates; small however old the ledger is.
create index job_shard_open on job_shard (business_date, job, shard) where state in ('due', 'running', 'failed');
create index job_shard_by_date on job_shard (business_date desc, job, shard);

create function guard_job_shard() returns trigger language plpgsql as $$
begin
    if new.token - old.token not in (0, 1) or new.run - old.run not in (0, 1)
       or (new.token = old.token and new.state = 'running'
           and (old.state <> 'running' or new.owner is distinct from old.owner)) then
        raise exception 'a claim raises the token of job % % by one, and nothing lowers it', old.job, old.business_date
            using errcode = 'restrict_violation', constraint = 'job_shard_token';
    end if;
    return new;
end
$$;

create trigger job_shard_token before update on job_shard for each row execute function guard_job_shard();

create trigger job_shard_no_delete before delete or truncate on job_shard for each statement execute function refuse_change();

create table book_verdict (
    business_date date        not null,
    run           integer     not null,
    code          text        not null,
    checked_at    timestamptz not null,
    rows_checked  bigint      not null,
    misses        jsonb       not null,
    constraint book_verdict_pk primary key (business_date, run, code),
    constraint book_verdict_misses check (jsonb_typeof(misses) = 'array')
);

comment on table book_verdict is 'One row for each check of the books and closed date; of several runs the latest counts.';
comment on column book_verdict.checked_at is 'When the books were read. Dates closed before the same reading share it.';

create trigger book_verdict_append_only before update or delete or truncate on book_verdict
    for each statement execute function refuse_change();
