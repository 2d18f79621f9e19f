-- Why: how far long work is must be seen from every process that serves this database, and after a restart; a dead process's work must not
-- seem to run for ever. What a repricing came to is kept beside it, by merchant.
-- Locks: nothing that exists; new tables only.

create table operation (
    operation_id uuid        not null constraint operation_pk primary key,
    attempt      uuid        not null,
    kind         text        not null,
    subject      text        not null,
    owner        text        not null,
    state        text        not null,
    can_cancel   boolean     not null,
    lease_until  timestamptz not null,
    cancel_asked boolean     not null default false,
    done_bytes   bigint      not null,
    total_bytes  bigint,
    lines        bigint      not null,
    total_lines  bigint,
    started_at   timestamptz not null,
    elapsed_ms   bigint      not null,
    request      jsonb,
    result       jsonb,
    refusal      jsonb,
    is_bug       boolean     not null,
    constraint operation_state check (state in ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
    constraint operation_counts check (done_bytes >= 0 and lines >= 0 and elapsed_ms >= 0),
    constraint operation_words check (kind ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(kind) <= 60 and length(subject) <= 300 and length(owner) <= 200),
    constraint operation_sizes check (octet_length(request::text) <= 262144 and octet_length(result::text) <= 262144 and octet_length(refusal::text) <= 16384)
);

comment on table operation is 'Tells progress, decides nothing; the newest are kept.';
comment on column operation.attempt is 'Of the request that does it now: an id that is sent again is done anew, and the earlier one writes no more.';
comment on column operation.lease_until is 'By clock_timestamp() of this server. Unended and past it, its process is gone.';

create index operation_by_start on operation (started_at desc, operation_id desc);

create table repricing_result (
    operation_id uuid        not null constraint repricing_result_pk primary key
                             constraint repricing_result_operation_fk references operation (operation_id) on delete cascade,
    kept_at      timestamptz not null default now()
);

create table repricing_row (
    operation_id         uuid   not null constraint repricing_row_result_fk references repricing_result (operation_id) on delete cascade,
    merchant_no          text   collate "C" not null,
    mcc                  text   not null,
    sales                bigint not null,
    gross_fen            bigint not null,
    sales_below_cost     bigint not null,
    booked_fee_fen       bigint not null,
    booked_issuer_fen    bigint not null,
    booked_network_fen   bigint not null,
    repriced_fee_fen     bigint not null,
    repriced_issuer_fen  bigint not null,
    repriced_network_fen bigint not null,
    suspicion            jsonb,
    constraint repricing_row_pk primary key (operation_id, merchant_no)
);
