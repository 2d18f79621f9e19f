do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark,
                          settlement_account_sealed, settlement_account_mark, changed_at)
    values ('CHECK0000000001', 'check', '5411', 'check', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('CHECK001', 'check-serial', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '-infinity');
    begin
        insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, now());
        raise exception 'a terminal could have two live bindings';
    exception when unique_violation then null;
    end;
    insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, credit_rate_per_ten_million, source, created_at)
    values (m, '-infinity', 60000, 60000, 'check', now());
    begin
        delete from fee_plan where merchant_id = m;
        raise exception 'a fee plan could be deleted';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
