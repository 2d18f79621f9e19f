do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name, parent_branch_code) values ('check-37', 'check', null), ('check-37-1', 'check', 'check-37');
    if (select version from idle_policies_on('1990-01-01') where branch_code = 'check-37-1') <> 1 then
        raise exception 'a branch could be without a policy';
    end if;
    insert into idle_policy (version, content, created_by, created_at) values (2, '{}', 'check', now());
    insert into idle_policy_adoption values ('check-37', '2026-01-02', 2, 'check', 'check', now());
    if (select version from idle_policies_on('2026-01-02') where branch_code = 'check-37-1') <> 2
       or (select version from idle_policies_on('2026-01-01') where branch_code = 'check-37-1') <> 1 then
        raise exception 'an adoption could count for others, or too early';
    end if;
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3700000000', 'check', '7011', 'check-37', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-37', 'check-37', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    delete from idle_verdict_note;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '-infinity');
    if not exists (select from idle_verdict_note where terminal_id = t) then
        raise exception 'a binding could be forgotten';
    end if;
    delete from idle_verdict_note;
    insert into day_volume_delta values ('2026-01-01', m, t, '2026-01-03', 1, 1, 0, 0, 1, 0, 0, 0, 0, 0), ('2026-01-03', m, t, '2026-01-03', 1, 1, 0, 0, 1, 0, 0, 0, 0, 0);
    delete from day_volume_delta where terminal_id = t;
    if (select array_agg(keep_until) from idle_verdict_note where terminal_id = t) <> '{2026-01-03}' then
        raise exception 'a late line could be forgotten';
    end if;
    update merchant set branch_code = 'check-37-1' where merchant_id = m;
    insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
    values (m, 2, 'confirmAttribute', 'active', 'active', 'check', 'check', now());
    insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, valid_to, confirmed_by, confirmed_at)
    values (m, 2, 'seasonal', '1,2', 'check', '2026-01-01', '2027-01-01', 'check', now());
    if (select array_agg(due_on order by due_on) from idle_verdict_due where merchant_id = m) <> '{-infinity,2026-01-01,2027-01-01}' then
        raise exception 'a change of branch or evidence could be forgotten';
    end if;
    delete from idle_verdict_due where merchant_id = m;
    insert into loan (loan_ref, merchant_id) values ('check-37', m);
    insert into loan_step (loan_id, version, act, as_of, details, actor, at)
    select loan_id, n, act, d, '{}', 'check', now()
    from loan, (values (1, 'open', date '2026-02-01'), (2, 'change', '2026-02-02'), (3, 'close', '2026-02-03')) s (n, act, d) where loan_ref = 'check-37';
    if (select array_agg(due_on order by due_on) from idle_verdict_due where merchant_id = m) <> '{2026-02-01,2026-02-03}' then
        raise exception 'a loan could be forgotten, or a change of its sum taken for a link';
    end if;
    insert into idle_verdict_night values ('2026-03-01', true, '2026-01-01', '{}', 1, now());
    insert into idle_verdict_block values (0, '2026-03-01', 1, 1, now());
    begin
        insert into idle_verdict_block values (0, '2026-03-01', 1, 1, now());
        raise exception 'a part of a night could be done twice';
    exception when unique_violation then null;
    end;
    begin
        insert into idle_verdict values (t, 'lowVolume', '2026-03-01', 'found', null, m, 1, '2026-03-01', '{}', now());
        raise exception 'a terminal could be found by no rule';
    exception when check_violation then null;
    end;
    begin
        insert into terminal_idle_verdict values (t, 'lowVolume', '2026-03-01', m, 'found', '2026-01-01', null);
        raise exception 'something could stand that was not decided';
    exception when foreign_key_violation then null;
    end;
    insert into idle_verdict values (t, 'lowVolume', '2026-03-01', 'found', 'lowVolume', m, 1, '2026-03-01', '{}', now());
    insert into terminal_idle_verdict values (t, 'lowVolume', '2026-03-01', m, 'found', '2026-01-01', null);
    begin
        update idle_verdict set state = 'clear', rule = null;
        raise exception 'a verdict could be edited';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
