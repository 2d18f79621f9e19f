do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-27', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check2700000000', 'check', '5411', 'check-27', '', '', '', '', now()) returning merchant_id into m;
    if exists (select from merchant where merchant_id = m and trade_name <> '') then
        raise exception 'a trade name came from nowhere';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
