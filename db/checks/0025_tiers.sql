do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-23', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check2300000000', 'check', '7011', 'check-23', '', '', '', '', now()) returning merchant_id into m;
    if (select array_agg(due_on) from tier_due where merchant_id = m) <> '{-infinity}' then
        raise exception 'a new merchant could be forgotten by the tiers';
    end if;
    delete from tier_due;
    update merchant set township = 'check' where merchant_id = m;
    insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
    select m, v, 'confirmAttribute', 'active', 'active', 'check', 'check', now() from generate_series(2, 3) v;
    insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, valid_to, confirmed_by, confirmed_at)
    values (m, 2, 'starRating', '3', 'check', '2026-01-01', '2027-01-01', 'check', now());
    update merchant_attribute set ended_in = 3 where merchant_id = m;
    insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
    values (m, 4, '2026-02-01', '5411', '7011', 'check', 'check', 'act', 'check', now());
    insert into merchant_group (group_code, kind, name, changed_at) values ('check-23', 'named', 'check', now());
    insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at) values ('check-23', m, '2026-03-01', 'check', now());
    update merchant_group_member set valid_to = '2026-04-01' where merchant_id = m;
    update merchant_group set kind = 'chain' where group_code = 'check-23';
    if (select array_agg(due_on order by due_on) from (select distinct due_on from tier_due where merchant_id = m) d)
       <> '{-infinity,2026-01-01,2026-02-01,2026-03-01,2026-04-01,2027-01-01}'
       or (select count(*) from tier_due where merchant_id = m and due_on = '2026-01-01') <> 2 then
        raise exception 'a change of what tiers hang on could be forgotten';
    end if;
    if (select version from tier_rule_adoption where effective_from <= '1990-01-01') <> 1 then
        raise exception 'a date could be without rules';
    end if;
    insert into tier_night values ('2026-03-01', 1, true, '2026-02-01', 1, now());
    begin
        insert into tier_night values ('2026-03-02', 1, true, '2026-04-01', 1, now());
        raise exception 'a month could be graded before it ended';
    exception when check_violation then null;
    end;
    insert into tier_block_run values (0, '2026-03-01', 1, 1, 1, now());
    begin
        insert into tier_block_run values (0, '2026-03-01', 1, 1, 1, now());
        raise exception 'a part of a run could be done twice';
    exception when unique_violation then null;
    end;
    insert into tier_decision values (m, 'industry', '2026-03-01', 'first', 'tier', 'check', 'big', 'a', '2026-03-01', 1, 'first', '{}', now());
    begin
        insert into tier_decision values (m, 'industry', '2026-03-02', 'lost', 'none', 'check', null, null, '2026-03-02', 1, 'mcc', '{}', now());
        raise exception 'a merchant could be in no tier and have one';
    exception when check_violation then null;
    end;
    begin
        insert into tier_decision values (m, 'industry', '2026-03-02', 'lost', 'none', null, null, 'a', '2026-03-02', 1, 'mcc', '{}', now());
        raise exception 'a merchant could have a grade without a tier';
    exception when check_violation then null;
    end;
    begin
        insert into tier_decision values (m, 'industry', '2026-03-02', 'lost', 'none', null, null, null, '2026-03-02', 1, '', '{}', now());
        raise exception 'a decision could be without a reason';
    exception when check_violation then null;
    end;
    begin
        update tier_decision set tier = 'other';
        raise exception 'a decision could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into tier_judging values (m, '2026-02-01', '2026-03-01', 'check', 0, 3, 2, 0, 'a', 'a', 1);
        raise exception 'more days could be active than count';
    exception when check_violation then null;
    end;
    begin
        insert into tier_judging values (m, '2026-02-01', '2026-03-01', 'check', 0, 1, 2, 0, 'a', 'b', 1);
        raise exception 'a grade could be reached and not kept';
    exception when check_violation then null;
    end;
    insert into tier_judging values (m, '2026-02-01', '2026-03-01', 'check', 0, 1, 2, 0, 'b', 'a', 1);
    begin
        delete from tier_judging;
        raise exception 'a judging could be forgotten';
    exception when restrict_violation then null;
    end;
    insert into merchant_tier values (m, 'industry', '2026-03-01', 'check', 'a');
    begin
        insert into merchant_tier values (m, 'industry', '2026-03-02', 'check', 'a');
        raise exception 'a merchant could have two present tiers in a dimension';
    exception when unique_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
