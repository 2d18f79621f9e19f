do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-28', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check2800000000', 'check', '5411', 'check-28', '', '', '', '', now()) returning merchant_id into m;
    begin
        insert into merchant_risk_grade (merchant_id, grade_no, grade, basis, points, reasons, valid_from, why, actor, at)
        values (m, 1, 'low', 'override', 0, '[]', '2026-01-01', 'check', 'check', now());
        raise exception 'a grade could be overridden for ever';
    exception when check_violation then null;
    end;
    if not exists (select from risk_points where factor = 'highFrom') then
        raise exception 'no bounds of risk grades';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
