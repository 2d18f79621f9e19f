do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-31', 'check'), ('check-31b', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3100000000', 'check', '5411', 'check-31', '', '', '', '', now()) returning merchant_id into m;
    insert into account_manager (manager_code, branch_code, active, version, changed_at) values ('check-31', 'check-31', true, 1, now());
    perform hand_over_merchant(m, '2026-12-01', 'check-31', 'check-31', 'check-31', null);
    perform move_merchant_care(m, '2026-11-01', 'check-31', 'check-31b');
    if exists (select from merchant_care where merchant_id = m and not voided and manager_code is not null and valid_from <> '2026-12-01')
       or (select count(*) from merchant_care where merchant_id = m and not voided and branch_code = 'check-31b') <> 2 then
        raise exception 'a move brings a planned handover forward';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
