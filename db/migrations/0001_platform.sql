-- Why: what every module stands on: who did what (audit), which key sealed the personal data, and the state of grains.
-- Locks: nothing that exists; new tables only.

create table audit_entry (
    audit_entry_id bigint generated always as identity primary key,
    at             timestamptz not null,
    actor          text        not null,
    act            text        not null,
    subject        text        not null,
    details        jsonb       not null default '{}'
);

comment on table audit_entry is 'One row per act, written in the transaction of the act. A posted transaction needs none: its journal row is its audit.';

-- One statement-level trigger serves every append-only table; it costs nothing per inserted row.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'table % is append-only: a correction is another row', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_append_only';
end
$$;

create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function refuse_change();

-- A database opened with another key would seal new rows so that nobody can read both; the check value refuses that at start.
create table personal_data_key (
    key_id      smallint    not null,
    check_value bytea       not null,
    created_at  timestamptz not null,
    constraint personal_data_key_pk primary key (key_id)
);

create table grain_state (
    state_name text        not null,
    grain_key  text        not null,
    payload    jsonb       not null,
    version    integer     not null,
    changed_at timestamptz not null,
    constraint grain_state_pk primary key (state_name, grain_key)
);

comment on table grain_state is 'Disposable: device contact, firmware, signal. Never money, never a decision.';
