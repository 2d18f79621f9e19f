do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-48', 'check'), ('check-48b', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4800000000', 'check', '7011', 'check-48', '', '', '', '', now()) returning merchant_id into m;
    if (select known_from from merchant where merchant_id = m) <> '-infinity' then
        raise exception 'a merchant of before could be unknown to its past';
    end if;
    delete from scorecard_recount;
    perform hand_over_merchant(m, '2026-03-01', 'check-48', null, 'check-48b', null);
    if (select array_agg(from_date) from scorecard_recount) is distinct from '{2026-03-01}'::date[] then
        raise exception 'a handover could be dated back unnoticed, or noted twice';
    end if;
    perform hand_over_merchant(m, '2026-02-01', 'check-48', null, 'check-48', null);
    if (select min(from_date) from scorecard_recount) <> '2026-02-01' then
        raise exception 'a handover before another could be unnoticed';
    end if;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-48', 'check-48', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    delete from scorecard_recount;
    insert into terminal_binding values (t, m, '2026-01-20T00:00:00Z');
    update terminal_binding set valid_to = '2026-01-09T20:00:00Z', valid_from = '-infinity' where terminal_id = t;
    update terminal_binding set valid_to = '2026-01-05T20:00:00Z' where terminal_id = t;
    if (select array_agg(from_date) from scorecard_recount) is distinct from '{2026-01-20,2026-01-06}'::date[] then
        raise exception 'another holder could be dated back unnoticed';
    end if;
    begin
        insert into scorecard_day values ('2026-01-01', 'check-48', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        raise exception 'a date could have rows and not be written';
    exception when foreign_key_violation then null;
    end;
    insert into scorecard_date values ('2026-01-01', now());
    insert into scorecard_day values ('2026-01-01', 'check-48', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    begin
        insert into scorecard_day values ('2026-01-01', 'check-48b', '', 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        raise exception 'a part could be more than its whole';
    exception when check_violation then null;
    end;
    begin
        insert into scorecard_target values ('check-48', 'somebody', 'volume', 2026, 0, 1, 1, 'check', now());
        raise exception 'a target could be of two';
    exception when check_violation then null;
    end;
    insert into scorecard_target values ('check-48', '', 'volume', 2026, 0, 1, 1, 'check', now());
    begin
        update scorecard_target set value = 2;
        raise exception 'a target could be edited';
    exception when restrict_violation then null;
    end;
    if (select count(*) from pg_indexes where indexdef like '%using brin%' or indexdef like '%USING brin%') < 3 then
        raise exception 'a date''s rows could be looked for in all';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
