do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-25', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check2500000000', 'check', '5411', 'check-25', '', '', '', '', now()) returning merchant_id into m;
    if exists (select from merchant where merchant_id = m and trade_name <> '') then
        raise exception 'a trade name came from nowhere';
    end if;
    begin
        insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, kind, changed_at)
        values ('check25a', 'other', 'plate', '2026-01-01', false, '', 'qrPlate', now());
        raise exception 'a plate could have a maker''s serial number';
    exception when check_violation then null;
    end;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, kind, changed_at)
    values ('check25a', 'QRcheck25a', 'plate', '2026-01-01', false, '', 'qrPlate', now()) returning terminal_id into t;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '2026-01-01');
    if record_binding_changes(array[t]) <> 0 or exists (select from binding_version where terminal_id = t) then
        raise exception 'a plate got a five-item binding';
    end if;
    insert into work_order (kind, merchant_id, model, township, created_at) values ('handOutPlate', m, 'plate', '', now());
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
