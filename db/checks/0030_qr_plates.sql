do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-30', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3000000000', 'check', '5411', 'check-30', '', '', '', '', now()) returning merchant_id into m;
    begin
        insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, kind, changed_at)
        values ('30303030', 'other', 'qrPlate', '2026-01-01', false, '', 'inStock', 'qrPlate', now());
        raise exception 'a plate could have a maker''s serial number';
    exception when check_violation then null;
    end;
    begin
        insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, kind, changed_at)
        values ('30303030', 'QR303030300', 'qrPlate', '2026-01-01', false, '', 'watch', 'qrPlate', now());
        raise exception 'a plate could be watched';
    exception when check_violation then null;
    end;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, kind, changed_at)
    values ('30303030', 'QR303030300', 'qrPlate', '2026-01-01', false, '', 'assigned', 'qrPlate', now()) returning terminal_id into t;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '2026-01-01');
    perform record_binding_changes(array[t]);
    if not exists (select from binding_version where terminal_id = t) then
        raise exception 'who holds a plate is not kept';
    end if;
    update terminal_binding set valid_to = '2026-02-01' where terminal_id = t;
    perform record_binding_changes(array[t]);
    if exists (select from binding_change where terminal_id = t) then
        raise exception 'a plate is told to the clearing house';
    end if;
    insert into work_order (kind, merchant_id, model, township, created_at) values ('handOutPlate', m, 'qrPlate', '', now());
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
