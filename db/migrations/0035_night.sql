-- Why: the night is a chain of jobs for a business date: a step waits for the steps before it, and a date for the dates before it. The
-- ledger learns where a job stands in a chain; a night says who asked for it and whether files may be missing.
-- Locks: job_shard exclusively, for a moment; no row is rewritten.

alter table job_shard
    add column chain text,
    add column step  smallint,
    add constraint job_shard_place check ((chain is null) = (step is null) and step >= 1);

comment on column job_shard.chain is 'Null for a job of its own. Of a chain, a shard waits until all before it by date and step are done or cancelled.';

create index job_shard_open_in_chain on job_shard (chain, business_date, step) where chain is not null and state in ('due', 'running', 'failed');

create table night_run (
    business_date date        not null,
    insist        boolean     not null,
    asked_by      text        not null,
    asked_at      timestamptz not null,
    asked_why     text,
    constraint night_run_pk primary key (business_date),
    constraint night_run_why check (length(asked_why) <= 500)
);

comment on table night_run is 'A night that was asked for; its steps are jobs of the chain "night". From the first one on no date is left out.';
comment on column night_run.insist is 'Close the date although an expected file is missing. Said later, it stays said.';

create function guard_night_run() returns trigger language plpgsql as $$
begin
    if new.business_date <> old.business_date or old.insist and not new.insist then
        raise exception 'a night keeps its date, and what was insisted on' using errcode = 'restrict_violation', constraint = 'night_run_stays';
    end if;
    return new;
end
$$;

create trigger night_run_stays before update on night_run for each row execute function guard_night_run();
create trigger night_run_no_delete before delete or truncate on night_run for each statement execute function refuse_change();
