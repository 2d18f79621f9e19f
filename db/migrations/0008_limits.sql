-- Why: what a merchant may take (by sale, day and month, by pay type), and room for notices that terminal gateways send one by one.
-- A limit is never edited: a change is another row, and the latest that took effect on or before a date is in force on it.
--
-- An online notice has no file: it is file 0. The sentinel row that file 0 would need in clearing_file would have to be hidden from
-- every list, count and calendar, for ever; so there is none. Suspense keeps its reference to real files by a generated column.
-- Locks: held_line exclusively while it is rewritten for the column; suspense is small.

create table merchant_limit (
    merchant_limit_id integer generated always as identity,
    merchant_id       integer     not null,
    pay_type          smallint,
    effective_from    date        not null,
    single_fen        bigint,
    day_fen           bigint,
    day_count         integer,
    month_fen         bigint,
    month_count       integer,
    set_at            timestamptz not null,
    set_by            text        not null,
    constraint merchant_limit_pk primary key (merchant_limit_id),
    constraint merchant_limit_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_limit_pay_type check (pay_type between 1 and 3),
    constraint merchant_limit_range check (coalesce(single_fen, 1) > 0 and coalesce(day_fen, 1) > 0 and coalesce(month_fen, 1) > 0
                                       and coalesce(day_count, 0) >= 0 and coalesce(month_count, 0) >= 0)
);

comment on table merchant_limit is 'Of rows of one merchant and pay type, the latest effective date decides, then the latest id. A row without any figure ends a limit.';
comment on column merchant_limit.pay_type is 'Null is all pay types together; 1 card, 2 qr, 3 wallet.';

create index merchant_limit_by_merchant on merchant_limit (merchant_id);

create trigger merchant_limit_append_only before update or delete or truncate on merchant_limit
    for each statement execute function refuse_change();

alter table held_line drop constraint held_line_file_fk;
alter table held_line add column clearing_file_id integer generated always as (nullif(file_id, 0)) stored;
alter table held_line add constraint held_line_file_fk foreign key (clearing_file_id) references clearing_file (file_id);

comment on column held_line.file_id is '0 is an online notice.';

-- Online commits append to the day volumes all day long, so they are folded beside them and not under the ingest lock: whoever folds
-- takes a lock of its own. Two who fold at once would meet in the same rows.
create or replace function fold_day_volumes() returns bigint language sql as $$
    select pg_advisory_xact_lock(71757383139332);
    with taken as (
        delete from day_volume_delta returning *
    ), folded as (
        insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        select transaction_date, merchant_id, terminal_id, business_date, pay_type, sum(sales), sum(refunds), sum(reversals),
               sum(gross_fen), sum(refund_fen), sum(reversal_fen), sum(fee_fen), sum(issuer_fee_fen), sum(network_fee_fen)
        from taken
        group by transaction_date, merchant_id, terminal_id, business_date, pay_type
        order by transaction_date, merchant_id, terminal_id, business_date, pay_type
        on conflict on constraint day_volume_pk do update
           set sales           = day_volume.sales + excluded.sales,
               refunds         = day_volume.refunds + excluded.refunds,
               reversals       = day_volume.reversals + excluded.reversals,
               gross_fen       = day_volume.gross_fen + excluded.gross_fen,
               refund_fen      = day_volume.refund_fen + excluded.refund_fen,
               reversal_fen    = day_volume.reversal_fen + excluded.reversal_fen,
               fee_fen         = day_volume.fee_fen + excluded.fee_fen,
               issuer_fee_fen  = day_volume.issuer_fee_fen + excluded.issuer_fee_fen,
               network_fee_fen = day_volume.network_fee_fen + excluded.network_fee_fen
        returning 1
    )
    select count(*) from folded
$$;
