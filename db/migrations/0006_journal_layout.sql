-- Why: the journal carries the parts of each fee with the plan term and tariff rule that made them, and how the customer paid; it is
-- laid out for the speed of bulk and online writing (docs/decisions/0008). Day sums are kept apart by pay type, and what a commit adds
-- to them is appended first and folded later.
-- Locks: journal, day_volume and held_line exclusively. The journal is written anew: minutes for tens of millions of rows.

create table journal_before as select * from journal;
drop table journal;

create table journal (
    occurred_at          timestamptz not null,
    amount_fen           bigint      not null,
    fee_fen              bigint      not null,
    issuer_fee_fen       bigint      not null,
    network_fee_fen      bigint      not null,
    declared_fee_fen     bigint,
    card                 bigint,
    transaction_date     date        not null,
    business_date        date        not null,
    merchant_id          integer     not null,
    terminal_id          integer     not null,
    stan                 integer     not null,
    batch                integer     not null,
    file_id              integer     not null,
    line_no              integer     not null,
    fee_plan_id          integer     not null,
    original_date        date,
    original_terminal_id integer,
    original_stan        integer,
    original_batch       integer,
    kind                 smallint    not null,
    turn                 smallint    not null,
    plan_term            smallint    not null,
    tariff_rule_id       smallint    not null,
    card_kind            smallint    not null,
    pay_type             smallint    not null,
    reference            text        collate "C" not null,
    card_reference       bytea,
    constraint journal_pk primary key (transaction_date, terminal_id, stan, kind, batch, merchant_id, turn),
    constraint journal_kind check (kind between 1 and 3),
    constraint journal_original check ((kind = 1) = (original_date is null)),
    constraint journal_turn check (turn >= 0)
) partition by range (transaction_date);

comment on column journal.amount_fen is 'Amount of the line, positive; negative in the row that takes it back (odd turn).';
comment on column journal.fee_fen is 'Change of the merchant''s fee: positive is charged, negative is given back. The acquirer''s part is what issuer and network leave of it.';
comment on column journal.declared_fee_fen is 'The fee the file declared, only where it is not ours.';
comment on column journal.batch is '-1 where the format has none; it matches any.';
comment on column journal.file_id is '0: an online notice.';
comment on column journal.line_no is 'The line in its file. Of an online notice: the second it was accepted, counted from 2000-01-01Z.';
comment on column journal.plan_term is 'Which term and step of the fee plan; 0 in rows priced before plans had terms.';
comment on column journal.tariff_rule_id is 'Which tariff rule made the issuer''s and network''s parts; 0 where none was known, and then they are 0.';
comment on column journal.pay_type is '1 card, 2 QR, 3 wallet.';

-- A refund finds its sale by reference. References begin with the date in every format we know, so a day's new entries lie together,
-- which a hash would scatter over the whole index.
create index journal_sale_reference on journal (reference) where kind = 1;
-- A sale finds what was given back of it.
create index journal_given_back on journal (original_date, original_terminal_id, original_stan) where kind > 1;
create index journal_fee_difference on journal (transaction_date, merchant_id) where declared_fee_fen is not null;

create trigger journal_append_only before update or delete or truncate on journal
    for each statement execute function refuse_change();

do $$
begin
    perform ensure_journal_partition(month::date)
    from (select distinct date_trunc('month', transaction_date) as month from journal_before) m;
end
$$;

insert into journal
select occurred_at, amount_fen, fee_fen, 0, 0, declared_fee_fen, card, transaction_date, business_date, merchant_id, terminal_id, stan,
       batch, file_id, line_no, fee_plan_id, original_date, original_terminal_id, original_stan, original_batch, kind, turn, 0, 0,
       card_kind, 1, reference, card_reference
from journal_before
order by transaction_date, terminal_id, stan;
drop table journal_before;

-- A file's rows are found by the dates of its chunks and the front of the journal's key: an index on the file would be paid by each row.
alter table clearing_chunk
    add column first_transaction_date date,
    add column last_transaction_date  date;
update clearing_chunk c set first_transaction_date = d.first, last_transaction_date = d.last
from (select f.file_id, f.business_date - 366 as first, f.business_date as last from clearing_file f) d
where d.file_id = c.file_id;

-- What a transaction date has got, counted: a writer that remembers which lines a date holds knows by it whether its memory is whole.
create table journal_date (
    transaction_date date   not null,
    generation       bigint not null,
    constraint journal_date_pk primary key (transaction_date)
)
with (fillfactor = 50);
insert into journal_date
select transaction_date, 1 from journal union select transaction_date, 1 from held_line;

alter table held_line add column pay_type smallint not null default 1;

alter table day_volume
    add column pay_type        smallint not null default 1,
    add column reversal_fen    bigint   not null default 0,
    add column issuer_fee_fen  bigint   not null default 0,
    add column network_fee_fen bigint   not null default 0;
alter table day_volume drop constraint day_volume_pk;
alter table day_volume
    add constraint day_volume_pk primary key (transaction_date, merchant_id, terminal_id, business_date, pay_type),
    alter column pay_type drop default,
    alter column reversal_fen drop default,
    alter column issuer_fee_fen drop default,
    alter column network_fee_fen drop default;
update day_volume v set reversal_fen = r.fen
from (select transaction_date, merchant_id, terminal_id, business_date, sum(amount_fen) as fen
      from journal where kind = 3 group by 1, 2, 3, 4) r
where (v.transaction_date, v.merchant_id, v.terminal_id, v.business_date)
    = (r.transaction_date, r.merchant_id, r.terminal_id, r.business_date);

comment on column day_volume.refund_fen is 'Given back by refunds and reversals.';
comment on column day_volume.reversal_fen is 'The part of refund_fen that reversals gave back.';

-- What commits added to the day volumes and is not folded into them yet: appended without an index, in the transaction of the rows it
-- sums. Few at any time; whoever needs a sum reads day_volume_current.
create table day_volume_delta (
    transaction_date date     not null,
    merchant_id      integer  not null,
    terminal_id      integer  not null,
    business_date    date     not null,
    pay_type         smallint not null,
    sales            integer  not null,
    refunds          integer  not null,
    reversals        integer  not null,
    gross_fen        bigint   not null,
    refund_fen       bigint   not null,
    reversal_fen     bigint   not null,
    fee_fen          bigint   not null,
    issuer_fee_fen   bigint   not null,
    network_fee_fen  bigint   not null
)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create view day_volume_current as
select transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen, reversal_fen,
       fee_fen, issuer_fee_fen, network_fee_fen
from day_volume
union all
select transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen, reversal_fen,
       fee_fen, issuer_fee_fen, network_fee_fen
from day_volume_delta;

-- Folds what is appended into the sums; the caller holds the ingest lock. Returns how many sums were touched.
create function fold_day_volumes() returns bigint language sql as $$
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
