do $$
declare
    m integer;
    t integer;
    w bigint;
begin
    insert into branch (branch_code, name, parent_branch_code) values ('check-41', 'check', null);
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4100000000', 'check', '7011', 'check-41', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-41', 'check-41', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    insert into work_order (kind, merchant_id, model, township, created_at) values ('install', m, 'check', '', now()) returning work_order_id into w;
    insert into redeployment (work_order_id, terminal_id, source, saved_fen, why, actor, at) values (w, t, 'inStock', 1, 'check', 'check', now());
    begin
        insert into work_order (kind, merchant_id, model, township, created_at) values ('install', m, 'check', '', now()) returning work_order_id into w;
        insert into redeployment (work_order_id, terminal_id, source, saved_fen, why, actor, at) values (w, t, 'inStock', 1, 'check', 'check', now());
        raise exception 'one machine could be promised twice';
    exception when unique_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
