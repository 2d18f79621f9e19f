do $$
declare
    m integer;
    p integer;
begin
    if (select count(*) from tariff) < 4 or (select count(*) from tariff_rule where tariff_id = 2) <> 5
       or not exists (select from mcc_class where scheme = '2013' and mcc = '5411' and class = 'livelihood') then
        raise exception 'the tariffs are not there';
    end if;
    begin
        update tariff_rule set issuer_rate_per_ten_million = 0;
        raise exception 'a tariff rule could be changed';
    exception when restrict_violation then null;
    end;
    begin
        insert into tariff_rule (tariff_rule_id, tariff_id, class, issuer_rate_per_ten_million, network_rate_per_ten_million, grade, source)
        values (32000, 2, 'public-welfare', 0, 0, 'U', 'check');
        raise exception 'a class could have two rules in one tariff';
    exception when unique_violation then null;
    end;
    insert into branch (branch_code, name) values ('check', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark,
                          settlement_account_sealed, settlement_account_mark, changed_at)
    values ('CHECK0000000001', 'check', '5411', 'check', '', '', '', '', now()) returning merchant_id into m;
    insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, credit_rate_per_ten_million, source, created_at,
                          proposal_id, proposal_fingerprint)
    values (m, '-infinity', 60000, 60000, 'check', now(), '00000000-0000-0000-0000-000000000001', '') returning fee_plan_id into p;
    begin
        insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, credit_rate_per_ten_million, source, created_at,
                              proposal_id, proposal_fingerprint)
        values (m, '2001-01-01', 60000, 60000, 'check', now(), '00000000-0000-0000-0000-000000000001', '');
        raise exception 'one proposal could become two plans';
    exception when unique_violation then null;
    end;
    begin
        insert into fee_plan_term (fee_plan_id, pay_type, card_kind, step, from_volume_fen, rate_per_ten_million, fixed_fen, min_fen, cap_fen)
        values (p, 1, 1, 1, 0, 60000, 0, 200, 100);
        raise exception 'a minimum could be above its cap';
    exception when check_violation then null;
    end;
    insert into volume_step_decision (merchant_id, month, volume_fen, effective_from, decided_at) values (m, '2001-01-01', 1, '2001-02-08', now());
    begin
        delete from volume_step_decision;
        raise exception 'a decision could be deleted';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
