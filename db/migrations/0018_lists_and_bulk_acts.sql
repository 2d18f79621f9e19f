-- Why: lists of merchants and terminals that are filtered and sorted by last activity and volume, and found by any part of a name, over
-- a hundred thousand merchants. What a sort or a filter needs is kept in a row beside the merchant and the terminal, since no index
-- can be put on a sum. The rows follow the day volumes a few seconds later (refresh_activity), from what each fold notes down.
-- And one act on many records, which can be cut and goes on.
-- Locks: merchant and terminal against writing while the new indexes are built and the rows are filled; seconds for 100,000 merchants,
-- and one pass over day_volume.

create index branch_by_parent on branch (parent_branch_code);

-- In the order of code points, whatever the database's own collation is: pages and prefixes must mean the same everywhere.
create index merchant_by_number on merchant (merchant_no collate "C");
create index merchant_by_name on merchant (name collate "C", merchant_id);
create index merchant_by_township on merchant (township);
create index terminal_by_number on terminal (terminal_no collate "C");
create index terminal_by_serial on terminal (serial_no collate "C");

create function folded_name(name text) returns text language sql immutable parallel safe as $$
    select lower(regexp_replace(name, '\s', '', 'g'))
$$;

-- Every two characters that stand together: pg_trgm wants three, and half of what people type of a Chinese name is two.
create function name_bigrams(name text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct substr(folded, i, 2)), '{}')
    from folded_name(name) folded, generate_series(1, length(folded) - 1) i
$$;

-- Without a list of pending entries: it would be read by every search.
create index merchant_by_name_part on merchant using gin (name_bigrams(name)) with (fastupdate = off);

create table merchant_activity (
    merchant_id  integer not null,
    last_sale_on date    not null default '-infinity',
    volume_fen   bigint  not null default 0,
    constraint merchant_activity_pk primary key (merchant_id),
    constraint merchant_activity_merchant_fk foreign key (merchant_id) references merchant (merchant_id)
) with (fillfactor = 80);

comment on column merchant_activity.last_sale_on is '-infinity before the first sale.';
comment on column merchant_activity.volume_fen is 'Sales less refunds and reversals since activity_refresh.window_from.';

create table terminal_activity (
    terminal_id       integer not null,
    last_sale_on      date    not null default '-infinity',
    known_activity_on date,
    installed_on      date    not null,
    volume_fen        bigint  not null default 0,
    last_activity_on  date    not null generated always as (greatest(last_sale_on, known_activity_on)) stored,
    idle_since        date    not null generated always as (
        case when greatest(last_sale_on, known_activity_on) = '-infinity' then installed_on else greatest(last_sale_on, known_activity_on) end) stored,
    constraint terminal_activity_pk primary key (terminal_id),
    constraint terminal_activity_terminal_fk foreign key (terminal_id) references terminal (terminal_id)
) with (fillfactor = 80);

comment on column terminal_activity.idle_since is 'What its idle clocks count from: last activity, else the installation.';

-- What folds added to the day volumes and the rows above do not have yet, appended without an index; without a date: the registry changed
-- the terminal.
create table activity_delta (
    transaction_date date,
    merchant_id      integer,
    terminal_id      integer not null,
    sales            bigint  not null default 0,
    net_fen          bigint  not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create table activity_refresh (
    only_one     boolean     not null default true constraint activity_refresh_pk primary key constraint activity_refresh_only_one check (only_one),
    window_from  date        not null,
    refreshed_at timestamptz not null
);

-- The window opens at the beginning of time; the first refresh moves it to where it belongs.
insert into activity_refresh (window_from, refreshed_at) values ('-infinity', '-infinity');

insert into merchant_activity (merchant_id, last_sale_on, volume_fen)
select m.merchant_id, coalesce(v.last_sale_on, '-infinity'), coalesce(v.volume_fen, 0)
from merchant m
left join (
    select merchant_id, max(transaction_date) filter (where sales > 0) as last_sale_on, sum(net_fen) as volume_fen
    from (select merchant_id, transaction_date, sum(sales) as sales, sum(gross_fen - refund_fen) as net_fen from day_volume group by 1, 2) d
    group by merchant_id) v using (merchant_id);

insert into terminal_activity (terminal_id, last_sale_on, known_activity_on, installed_on, volume_fen)
select t.terminal_id, coalesce(v.last_sale_on, '-infinity'), t.known_activity_on, t.installed_on, coalesce(v.volume_fen, 0)
from terminal t
left join (
    select terminal_id, max(transaction_date) filter (where sales > 0) as last_sale_on, sum(net_fen) as volume_fen
    from (select terminal_id, transaction_date, sum(sales) as sales, sum(gross_fen - refund_fen) as net_fen from day_volume group by 1, 2) d
    group by terminal_id) v using (terminal_id);

create index merchant_activity_by_last_sale on merchant_activity (last_sale_on, merchant_id);
create index merchant_activity_by_volume on merchant_activity (volume_fen, merchant_id);
create index terminal_activity_by_last_activity on terminal_activity (last_activity_on, terminal_id);
create index terminal_activity_by_volume on terminal_activity (volume_fen, terminal_id);

-- Whoever writes a merchant or a terminal, its row in the lists is there with it.
create function begin_merchant_activity() returns trigger language plpgsql as $$
begin
    insert into merchant_activity (merchant_id) select merchant_id from added;
    return null;
end
$$;
create trigger merchant_has_activity after insert on merchant referencing new table as added
    for each statement execute function begin_merchant_activity();

create function begin_terminal_activity() returns trigger language plpgsql as $$
begin
    insert into terminal_activity (terminal_id, known_activity_on, installed_on) select terminal_id, known_activity_on, installed_on from added;
    return null;
end
$$;
create trigger terminal_has_activity after insert on terminal referencing new table as added
    for each statement execute function begin_terminal_activity();

-- Noted, not written: an import and a refresh would otherwise wait for each other's rows, in different orders.
create function note_terminal_change() returns trigger language plpgsql as $$
begin
    insert into activity_delta (terminal_id)
    select n.terminal_id
    from after_it n
    join before_it b using (terminal_id)
    where (n.known_activity_on, n.installed_on) is distinct from (b.known_activity_on, b.installed_on);
    return null;
end
$$;
create trigger terminal_changes_activity after update on terminal referencing old table as before_it new table as after_it
    for each statement execute function note_terminal_change();

-- As before, and notes what it folded.
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
    ), noted as (
        insert into activity_delta (transaction_date, merchant_id, terminal_id, sales, net_fen)
        select transaction_date, merchant_id, terminal_id, sum(sales), sum(gross_fen - refund_fen)
        from taken
        group by transaction_date, merchant_id, terminal_id
    )
    select count(*) from folded
$$;

-- Brings the rows of the lists up to what was folded, and moves the window of volumes; how many notes it took, or null when another
-- session does it. A sale that was taken back makes the last one be looked up again. All of it is one snapshot, so that what was folded
-- and what is noted agree; only when the window moves must nobody fold meanwhile.
create function refresh_activity(to_window_from date, at_time timestamptz) returns bigint language plpgsql as $$
declare
    window_before date;
    taken_count   bigint;
begin
    if not pg_try_advisory_xact_lock(71757383139335) then
        return null;
    end if;
    select window_from into window_before from activity_refresh;
    if window_before < to_window_from then
        perform pg_advisory_xact_lock(71757383139332);
    end if;

    with taken as (
        delete from activity_delta returning *
    ), of_merchant as (
        update merchant_activity a
        set volume_fen = a.volume_fen + n.net_fen,
            last_sale_on = case when n.taken_back
                then coalesce((select v.transaction_date from day_volume v where v.merchant_id = a.merchant_id
                               group by v.transaction_date having sum(v.sales) > 0 order by v.transaction_date desc limit 1), '-infinity')
                else greatest(a.last_sale_on, n.sale_on) end
        from (
            select merchant_id, bool_or(sales < 0) as taken_back, max(transaction_date) filter (where sales > 0) as sale_on,
                   coalesce(sum(net_fen) filter (where transaction_date >= window_before), 0) as net_fen
            from taken
            where transaction_date is not null
            group by merchant_id) n
        where a.merchant_id = n.merchant_id
    ), of_terminal as (
        update terminal_activity a
        set volume_fen = a.volume_fen + n.net_fen,
            known_activity_on = t.known_activity_on, installed_on = t.installed_on,
            last_sale_on = case when n.taken_back
                then coalesce((select v.transaction_date from day_volume v where v.terminal_id = a.terminal_id
                               group by v.transaction_date having sum(v.sales) > 0 order by v.transaction_date desc limit 1), '-infinity')
                else greatest(a.last_sale_on, n.sale_on) end
        from (
            select terminal_id, bool_or(sales < 0) as taken_back, max(transaction_date) filter (where sales > 0) as sale_on,
                   coalesce(sum(net_fen) filter (where transaction_date >= window_before), 0) as net_fen
            from taken
            group by terminal_id) n
        join terminal t using (terminal_id)
        where a.terminal_id = n.terminal_id
    )
    select count(*) into taken_count from taken;

    if window_before < to_window_from then
        update merchant_activity a set volume_fen = a.volume_fen - gone.net_fen
        from (select merchant_id, sum(gross_fen - refund_fen) as net_fen
              from day_volume where transaction_date >= window_before and transaction_date < to_window_from group by merchant_id) gone
        where a.merchant_id = gone.merchant_id and gone.net_fen <> 0;
        update terminal_activity a set volume_fen = a.volume_fen - gone.net_fen
        from (select terminal_id, sum(gross_fen - refund_fen) as net_fen
              from day_volume where transaction_date >= window_before and transaction_date < to_window_from group by terminal_id) gone
        where a.terminal_id = gone.terminal_id and gone.net_fen <> 0;
    end if;

    update activity_refresh set window_from = greatest(window_from, to_window_from), refreshed_at = at_time;
    return taken_count;
end
$$;

-- Finds a merchant by the last four digits of its settlement account. They are a keyed digest, as the account's own mark is: ten
-- thousand values are no secret to whoever has the key, and whoever has only the database learns which merchants share them, no more.
-- Made from the sealed account a moment after it came or changed; the mark says of which account.
create table merchant_account_reference (
    merchant_id             integer not null,
    settlement_account_mark bytea   not null,
    last_four_mark          bytea   not null,
    constraint merchant_account_reference_pk primary key (merchant_id),
    constraint merchant_account_reference_merchant_fk foreign key (merchant_id) references merchant (merchant_id)
);

create index merchant_account_reference_by_last_four on merchant_account_reference (last_four_mark);

-- One act on many records. What became of each item is written in the transaction of the act itself, so that a bulk act that was cut goes
-- on with what waits.
create table bulk_act (
    bulk_act_id    uuid        not null,
    kind           text        not null,
    act            text        not null,
    request        jsonb       not null,
    fingerprint    bytea       not null,
    all_or_nothing boolean     not null,
    selected       integer     not null,
    done           integer     not null default 0,
    refused        integer     not null default 0,
    state          text        not null default 'running',
    actor          text        not null,
    started_at     timestamptz not null,
    ended_at       timestamptz,
    constraint bulk_act_pk primary key (bulk_act_id),
    constraint bulk_act_state check (state in ('running', 'done', 'nothingDone', 'cancelled')),
    constraint bulk_act_counts check (done >= 0 and refused >= 0 and done + refused <= selected),
    constraint bulk_act_end check ((state = 'running') = (ended_at is null))
);

create table bulk_act_item (
    bulk_act_id uuid    not null,
    item_no     integer not null,
    key         text    not null,
    version     integer not null,
    part        integer not null default 0,
    state       text    not null default 'waiting',
    new_version integer,
    refusal     jsonb,
    constraint bulk_act_item_pk primary key (bulk_act_id, item_no),
    constraint bulk_act_item_once unique (bulk_act_id, key),
    constraint bulk_act_item_act_fk foreign key (bulk_act_id) references bulk_act (bulk_act_id),
    constraint bulk_act_item_outcome check (case state when 'waiting' then new_version is null and refusal is null
                                                       when 'done' then new_version is not null and refusal is null
                                                       when 'refused' then new_version is null and refusal is not null
                                                       else false end)
);

comment on column bulk_act_item.version is 'The version of the record that the act is based on.';
comment on column bulk_act_item.part is 'What of the record is meant, such as a hold; 0 is none.';

create index bulk_act_item_waiting on bulk_act_item (bulk_act_id, item_no) where state = 'waiting';
