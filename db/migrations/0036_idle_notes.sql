-- Why: a close judged every terminal of the fleet to find the few whose verdict changed. What can change a verdict is known: a date of last
-- activity whose clock runs out, which an index finds, and what happens to a terminal, which is noted here. A close judges these only.
-- Locks: terminal, terminal_binding, terminal_fact and terminal_activity against writing while an index is built; seconds for a million.

create index terminal_activity_by_idle_since on terminal_activity (idle_since, terminal_id);
create index terminal_fact_by_clock on terminal_fact (clock_from, terminal_id) where clock_from is not null;
create index terminal_fact_by_installation on terminal_fact (installed_on, terminal_id);

-- Without a key: a note that another transaction has written already might be taken before this one's change is there.
create table idle_note (
    terminal_id integer not null,
    keep_until  date    not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

comment on table idle_note is 'Terminals that the next closes judge whatever their last activity is.';
comment on column idle_note.keep_until is 'Each close up to the first one of this date or a later one; -infinity: the next close only.';

create table idle_sweep (
    only_one     boolean not null default true constraint idle_sweep_pk primary key constraint idle_sweep_only_one check (only_one),
    full_through date    not null
);

comment on column idle_sweep.full_through is 'Closes up to this date judge every terminal: of the time before notes were taken, none are there.';

insert into idle_sweep (full_through)
select greatest(
    '-infinity', (select max(transaction_date) from day_volume), (select max(business_date) + 1 from business_day_close),
    (select max(valid_from) from terminal_fact),
    (select max((d at time zone 'Asia/Shanghai')::date)
     from terminal_binding, lateral (values (valid_from), (valid_to)) v (d) where d < 'infinity'));

create function note_bound_terminals() returns trigger language plpgsql as $$
begin
    insert into idle_note (terminal_id, keep_until)
    select terminal_id, (greatest(valid_from, case when valid_to < 'infinity' then valid_to else '-infinity' end) at time zone 'Asia/Shanghai')::date
    from changed;
    return null;
end
$$;
create trigger terminal_binding_is_noted after insert on terminal_binding referencing new table as changed
    for each statement execute function note_bound_terminals();
create trigger terminal_binding_change_is_noted after update on terminal_binding referencing new table as changed
    for each statement execute function note_bound_terminals();

create function note_terminal_facts() returns trigger language plpgsql as $$
begin
    insert into idle_note (terminal_id, keep_until) select terminal_id, valid_from from changed;
    return null;
end
$$;
create trigger terminal_fact_is_noted after insert on terminal_fact referencing new table as changed
    for each statement execute function note_terminal_facts();
create trigger terminal_fact_change_is_noted after update on terminal_fact referencing new table as changed
    for each statement execute function note_terminal_facts();

create function note_spare_terminals() returns trigger language plpgsql as $$
begin
    insert into idle_note (terminal_id, keep_until)
    select n.terminal_id, '-infinity'
    from after_it n
    join before_it b using (terminal_id)
    where (n.spare, n.known_activity_on, n.installed_on) is distinct from (b.spare, b.known_activity_on, b.installed_on);
    return null;
end
$$;
create trigger terminal_change_is_noted after update on terminal referencing old table as before_it new table as after_it
    for each statement execute function note_spare_terminals();

-- As before, and notes for the idle clocks what an index on the last activity does not tell: a terminal that sells again after a time in
-- which a clock may have run out, until a close has come to that sale; a sale of a date that is closed; a sale taken back, until a close has come
-- to the last one known, since what is left before that may be a long time without any.
create or replace function refresh_activity(to_window_from date, at_time timestamptz) returns bigint language plpgsql as $$
declare
    window_before date;
    closed_through date;
    taken_count   bigint;
begin
    if not pg_try_advisory_xact_lock(71757383139335) then
        return null;
    end if;
    select window_from into window_before from activity_refresh;
    if window_before < to_window_from then
        perform pg_advisory_xact_lock(71757383139332);
    end if;
    select coalesce(max(business_date), '-infinity') into closed_through from business_day_close;

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
    ), each_terminal as (
        select terminal_id, bool_or(sales < 0) as taken_back, max(transaction_date) filter (where sales > 0) as sale_on,
               min(transaction_date) filter (where sales > 0) as first_sale_on,
               coalesce(sum(net_fen) filter (where transaction_date >= window_before), 0) as net_fen
        from taken
        group by terminal_id
    ), noted as (
        insert into idle_note (terminal_id, keep_until)
        select n.terminal_id, greatest(n.sale_on, case when n.taken_back then a.last_sale_on end, '-infinity')
        from each_terminal n
        join terminal_activity a using (terminal_id)
        where n.taken_back or n.first_sale_on <= closed_through or a.last_sale_on = '-infinity' or n.sale_on - a.idle_since >= 60
    ), of_terminal as (
        update terminal_activity a
        set volume_fen = a.volume_fen + n.net_fen,
            known_activity_on = t.known_activity_on, installed_on = t.installed_on,
            last_sale_on = case when n.taken_back
                then coalesce((select v.transaction_date from day_volume v where v.terminal_id = a.terminal_id
                               group by v.transaction_date having sum(v.sales) > 0 order by v.transaction_date desc limit 1), '-infinity')
                else greatest(a.last_sale_on, n.sale_on) end
        from each_terminal n
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
