do $$
declare
    m integer;
    l integer;
begin
    insert into branch (branch_code, name) values ('check-42', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4200000000', 'check', '7011', 'check-42', '', '', '', '', now()) returning merchant_id into m;
    insert into loan (loan_ref, merchant_id) values ('check-42', m) returning loan_id into l;
    if (select listed_on from loan where loan_id = l) <> '-infinity' then
        raise exception 'a loan that no list named could look as though one had';
    end if;
    insert into loan_full_list values ('2026-01-31');
    begin
        delete from loan_full_list;
        raise exception 'a full list could be forgotten';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
