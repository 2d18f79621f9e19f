-- Why: the journal of posted transactions and the day volumes that sum it (house: what happened is a row).
-- Narrow numbers inside, natural numbers at the edge; partitions by month of the transaction date.
-- A row with an even turn posts the line, the odd turn after it takes exactly that back (a withdrawal, or a given-back fee that
-- had to be split anew), the next even turn posts it again. So nothing is ever updated, and the key holds each line to one live row.
-- Locks: nothing that exists; new tables only.

create table journal (
    occurred_at          timestamptz not null,
    amount_fen           bigint      not null,
    fee_fen              bigint      not null,
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
    card_kind            smallint    not null,
    reference            text        not null,
    card_reference       bytea,
    constraint journal_pk primary key (transaction_date, terminal_id, stan, kind, batch, merchant_id, turn),
    constraint journal_kind check (kind between 1 and 3),
    constraint journal_original check ((kind = 1) = (original_date is null)),
    constraint journal_turn check (turn >= 0)
) partition by range (transaction_date);

comment on column journal.amount_fen is 'Amount of the line, positive; negative in the row that takes it back (odd turn).';
comment on column journal.fee_fen is 'Change of the merchant''s fee: positive is charged, negative is given back.';
comment on column journal.declared_fee_fen is 'The fee the file declared, only where it is not ours.';
comment on column journal.batch is '-1 where the format has none; it matches any.';

-- A refund finds its sale by reference; only sales are indexed for it, by a four-byte hash.
create index journal_sale_reference on journal using hash (reference) where kind = 1;
-- A sale finds what was given back of it.
create index journal_given_back on journal (original_date, original_terminal_id, original_stan) where kind > 1;
create index journal_by_file on journal using brin (file_id);
create index journal_fee_difference on journal (transaction_date, merchant_id) where declared_fee_fen is not null;

create trigger journal_append_only before update or delete or truncate on journal
    for each statement execute function refuse_change();

-- Makes the month's partition when its first transaction comes. Serialised by the caller's advisory lock.
create function ensure_journal_partition(on_date date) returns void language plpgsql as $$
declare
    month_start date := date_trunc('month', on_date)::date;
    part text := 'journal_' || to_char(on_date, 'YYYY_MM');
begin
    if to_regclass(part) is null then
        execute format('create table %I partition of journal for values from (%L) to (%L)',
                       part, month_start, (month_start + interval '1 month')::date);
        execute format('create trigger %I before update or delete or truncate on %I for each statement execute function refuse_change()',
                       part || '_append_only', part);
    end if;
end
$$;

-- Sums of the journal, kept in the transaction of the rows they sum. The business date is part of the key, so that both questions
-- have an exact answer: what happened on a day (transaction date) and what a closed day held (business date).
create table day_volume (
    transaction_date date    not null,
    merchant_id      integer not null,
    terminal_id      integer not null,
    business_date    date    not null,
    sales            integer not null,
    refunds          integer not null,
    reversals        integer not null,
    gross_fen        bigint  not null,
    refund_fen       bigint  not null,
    fee_fen          bigint  not null,
    constraint day_volume_pk primary key (transaction_date, merchant_id, terminal_id, business_date)
)
-- Each chunk of a file adds to the same rows again: room in the page keeps those updates out of the indexes.
with (fillfactor = 50);

create index day_volume_by_terminal on day_volume (terminal_id, transaction_date);
create index day_volume_by_merchant on day_volume (merchant_id, transaction_date);
