do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-14', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1400000000', 'check', '7011', 'check-14', '', '', '', '', now()) returning merchant_id into m;
    insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
    select m, v, 'confirmAttribute', 'active', 'active', 'check', 'check', now() from generate_series(2, 4) v;
    insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
    values (m, 2, 'starRating', '3', 'check', '2026-01-01', 'check', now());
    begin
        insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
        values (m, 3, 'starRating', '4', 'check', '2027-01-01', 'check', now());
        raise exception 'an attribute could have two values on one date';
    exception when exclusion_violation then null;
    end;
    begin
        insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
        values (m, 3, 'starRating', '6', 'check', '2020-01-01', 'check', now());
        raise exception 'a hotel could have six stars';
    exception when check_violation then null;
    end;
    begin
        insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
        values (m, 3, 'chain', 'true', '', '2020-01-01', 'check', now());
        raise exception 'an attribute could be without evidence';
    exception when check_violation then null;
    end;
    begin
        update merchant_attribute set value = '5';
        raise exception 'an attribute could be edited';
    exception when restrict_violation then null;
    end;
    update merchant_attribute set ended_in = 3;
    insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, supersedes, confirmed_by, confirmed_at)
    values (m, 4, 'starRating', '4', 'check', '2026-01-01', 2, 'check', now());
    begin
        insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
        values (m, 5, '2026-01-01', '5411', '7011', '', 'check', 'act', 'check', now());
        raise exception 'an MCC could be changed without saying what the merchant mainly sells';
    exception when check_violation then null;
    end;
    insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
    values (m, 5, '2026-01-01', '5411', '7011', 'check', 'check', 'act', 'check', now());
    begin
        update merchant_mcc set mcc = '5331';
        raise exception 'an MCC of the past could be edited';
    exception when restrict_violation then null;
    end;
    insert into merchant_group (group_code, kind, name, changed_at) values ('check-14', 'chain', 'check', now());
    insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at) values ('check-14', m, '2026-01-01', 'check', now());
    begin
        insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at) values ('check-14', m, '2026-02-01', 'check', now());
        raise exception 'a merchant could be in a group twice';
    exception when exclusion_violation then null;
    end;
    perform hand_over_merchant(m, '2026-01-01', 'check-14', null, 'check-14', null);
    perform hand_over_merchant(m, '2026-02-01', 'check-14', null, 'check-14', null);
    if (select string_agg(valid_from || ' ' || valid_to, ',' order by valid_from) from merchant_care where merchant_id = m)
       <> '-infinity 2026-01-01,2026-01-01 2026-02-01,2026-02-01 infinity' then
        raise exception 'who looks after a merchant is not kept by date';
    end if;
    begin
        insert into merchant_care (merchant_id, valid_from, branch_code) values (m, '2025-01-01', 'check-14');
        raise exception 'a merchant could be in two hands at once';
    exception when exclusion_violation then null;
    end;
    perform imported_mcc, imported_branch_code from merchant;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
