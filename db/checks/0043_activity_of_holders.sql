do $$
declare
    m integer;
    n integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-43', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4300000000', 'check', '7011', 'check-43', '', '', '', '', now()) returning merchant_id into m;
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4300000001', 'check', '7011', 'check-43', '', '', '', '', now()) returning merchant_id into n;
    insert into terminal (terminal_no, serial_no, model, installed_on, known_activity_on, spare, installation_address, changed_at)
    values ('check430', 'check-43', 'check', '2020-01-01', '2026-06-30', false, '', now()) returning terminal_id into t;
    insert into terminal_binding (terminal_id, merchant_id, valid_from, valid_to) values (t, m, '-infinity', '2026-07-14T16:00:00Z');
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, n, '2026-07-14T16:00:00Z');
    if merchant_active_on(n, '2026-07-31') is not null then
        raise exception 'a machine''s activity under an earlier holder could count for the present one';
    end if;
    if merchant_active_on(m, '2026-07-31') is distinct from date '2026-06-30' then
        raise exception 'a machine''s activity could be lost with the machine';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
