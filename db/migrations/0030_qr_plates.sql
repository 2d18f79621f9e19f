-- Why: merchants take payments by printed QR codes too (plates, 码牌). A plate is a terminal of another kind (decisions/0018-qr-plates.md): it has a
-- terminal number, a plate code where a machine has its maker's serial number, and one merchant at a time.
-- Locks: terminal and work_order exclusively for a moment (a constant default; the checks read through all rows).

alter table terminal add column kind text not null default 'pos'
    constraint terminal_kind check (kind in ('pos', 'qrPlate'));
-- The code is printed: QR, the terminal number, a check digit. No maker's number passes for it, and no plate has a maker's number.
alter table terminal add constraint terminal_plate_code
    check (kind = 'pos' or (terminal_no ~ '^[0-9]{8}$' and serial_no ~ ('^QR' || terminal_no || '[0-9]$')));
alter table terminal add constraint terminal_plate_state
    check (kind = 'pos' or (state in ('inStock', 'assigned', 'installed', 'lost', 'scrapped') and not spare));
comment on column terminal.serial_no is 'The maker''s; of a plate its plate code.';
create index terminal_plates on terminal (terminal_no collate "C") where kind = 'qrPlate';

alter table work_order drop constraint work_order_kind;
alter table work_order add constraint work_order_kind check (kind in ('install', 'handOutPlate'));

-- As before, but nothing of plates is told to the clearing house: its file is by serial number, and a plate has none. Their versions are kept all the same.
create or replace function record_binding_changes(ids integer[]) returns integer language plpgsql as $$
declare
    closed integer[];
    closed_at timestamptz[];
    fresh integer[];
    fresh_from timestamptz[];
    opened integer[];
begin
    -- What is found is kept aside before it is written: a statement that looks into the table it fills looks through ever more of it.
    select array_agg(binding_version_id), array_agg(greatest(ends, valid_from + interval '1 microsecond')) into closed, closed_at
    from (
        select v.binding_version_id, v.valid_from,
               case when b.valid_from is distinct from v.bound_from then old.valid_to
                    else greatest(
                        case when (v.serial_no, v.installation_address) <> (t.serial_no, t.installation_address) then t.changed_at end,
                        case when (v.credit_code_mark, v.settlement_account_mark) <> (m.credit_code_mark, m.settlement_account_mark)
                             then m.changed_at end) end as ends
        from binding_version v
        join terminal t using (terminal_id)
        left join terminal_binding old on old.terminal_id = v.terminal_id and old.valid_from = v.bound_from
        left join terminal_binding b on b.terminal_id = v.terminal_id and b.valid_to = 'infinity'
        left join merchant m on m.merchant_id = b.merchant_id
        where v.valid_to = 'infinity' and (ids is null or v.terminal_id = any (ids))
          and (b.valid_from is distinct from v.bound_from
               or (v.serial_no, v.merchant_id, v.credit_code_mark, v.settlement_account_mark, v.installation_address)
                  is distinct from (t.serial_no, b.merchant_id, m.credit_code_mark, m.settlement_account_mark, t.installation_address))
    ) stale;
    update binding_version v
       set valid_to = s.ends
      from unnest(closed, closed_at) as s (id, ends)
     where v.binding_version_id = s.id;

    select array_agg(terminal_id order by terminal_id), array_agg(begins order by terminal_id) into fresh, fresh_from
    from (
        select b.terminal_id,
               greatest(b.valid_from, (select max(v.valid_to) from binding_version v where v.terminal_id = b.terminal_id)) as begins
        from terminal_binding b
        where b.valid_to = 'infinity' and (ids is null or b.terminal_id = any (ids))
          and not exists (select from binding_version v where v.terminal_id = b.terminal_id and v.valid_to = 'infinity')
    ) found;
    with begun as (
        insert into binding_version (terminal_id, serial_no, acquirer_code, merchant_id, credit_code_sealed, credit_code_mark,
                                     settlement_account_sealed, settlement_account_mark, installation_address, bound_from, valid_from)
        select b.terminal_id, t.serial_no, left(m.merchant_no, 3), b.merchant_id, m.credit_code_sealed, m.credit_code_mark,
               m.settlement_account_sealed, m.settlement_account_mark, t.installation_address, b.valid_from, f.begins
        from unnest(fresh, fresh_from) as f (terminal_id, begins)
        join terminal_binding b on b.terminal_id = f.terminal_id and b.valid_to = 'infinity'
        join terminal t on t.terminal_id = f.terminal_id
        join merchant m using (merchant_id)
        order by b.terminal_id
        returning binding_version_id, valid_from
    )
    select array_agg(binding_version_id) into opened from begun where valid_from > '-infinity';
    if cardinality(fresh) > 1000 then
        -- A first import fills an empty table; plans made for an empty one would take minutes afterwards.
        analyze binding_version;
    end if;

    insert into binding_change (terminal_id, kind, binding_version_id, at)
    select v.terminal_id, 'ended', v.binding_version_id, v.valid_to
    from binding_version v
    join terminal t on t.terminal_id = v.terminal_id and t.kind = 'pos'
    where v.binding_version_id = any (closed)
      and not exists (select from binding_version n where n.terminal_id = v.terminal_id and n.valid_from = v.valid_to)
    order by v.binding_version_id;

    insert into binding_change (terminal_id, kind, items, binding_version_id, at)
    select v.terminal_id, case when p.binding_version_id is null then 'bound' else 'changed' end,
           array_remove(array[
               case when p.serial_no <> v.serial_no then 'serialNo' end,
               case when p.acquirer_code <> v.acquirer_code then 'acquirerCode' end,
               case when p.merchant_id <> v.merchant_id then 'merchantNo' end,
               case when p.credit_code_mark <> v.credit_code_mark then 'creditCode' end,
               case when p.settlement_account_mark <> v.settlement_account_mark then 'settlementAccount' end,
               case when p.installation_address <> v.installation_address then 'installationAddress' end], null),
           v.binding_version_id, v.valid_from
    from binding_version v
    join terminal t on t.terminal_id = v.terminal_id and t.kind = 'pos'
    left join binding_version p on p.terminal_id = v.terminal_id and p.valid_to = v.valid_from
    where v.binding_version_id = any (opened)
    order by v.binding_version_id;
    return coalesce(cardinality(closed), 0) + coalesce(cardinality(opened), 0);
end
$$;
