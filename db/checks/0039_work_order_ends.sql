do $$
declare
    m integer;
    w bigint;
begin
    insert into branch (branch_code, name) values ('check-39', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3900000000', 'check', '7011', 'check-39', '', '', '', '', now()) returning merchant_id into m;
    insert into work_order (kind, merchant_id, model, township, created_at) values ('install', m, 'x', 'x', now()) returning work_order_id into w;
    begin
        update work_order set state = 'done', ended_at = now() where work_order_id = w;
        raise exception 'an order could be done by no machine';
    exception when check_violation then null;
    end;
    begin
        update work_order set state = 'cancelled', ended_at = now() where work_order_id = w;
        raise exception 'an order could be cancelled for no reason';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
