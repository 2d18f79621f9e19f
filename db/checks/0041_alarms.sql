do $$
declare
    m integer;
    a bigint;
begin
    insert into branch (branch_code, name) values ('check-41', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4100000000', 'check', '7011', 'check-41', '', '', '', '', now()) returning merchant_id into m;
    if (select version from alarm_policy where effective_from <= '1990-01-01') <> 1 then
        raise exception 'a date could be without a policy';
    end if;
    begin
        insert into alarm_policy values (9, '2027-01-01', '{7,7,30}', '{50,80}', 4, 12, 1, 75, 4, 1, 'check', 'check', 'check', now());
        raise exception 'two levels of quiet could begin on one day';
    exception when check_violation then null;
    end;
    begin
        insert into alarm_night values ('2026-03-03', 1, '2026-03-02', 1, now());
        raise exception 'a week could end on a Monday';
    exception when check_violation then null;
    end;
    insert into alarm_night values ('2026-03-03', 1, '2026-03-01', 1, now());
    insert into alarm_block_run values (0, '2026-03-03', 1, 1, now());
    begin
        insert into alarm_block_run values (0, '2026-03-03', 1, 1, now());
        raise exception 'a part of a run could be done twice';
    exception when unique_violation then null;
    end;
    insert into alarm (kind, merchant_id, level, raised_on, changed_on, numbers, policy_version)
    values ('loanQuiet', m, 1, '2026-03-03', '2026-03-03', '{}', 1) returning alarm_id into a;
    begin
        insert into alarm (kind, merchant_id, level, raised_on, changed_on, numbers, policy_version)
        values ('loanQuiet', m, 1, '2026-03-04', '2026-03-04', '{}', 1);
        raise exception 'an alarm could be raised each night';
    exception when unique_violation then null;
    end;
    begin
        update alarm set ended_on = '2026-03-05' where alarm_id = a;
        raise exception 'an alarm could end without a reason';
    exception when check_violation then null;
    end;
    begin
        update alarm set acknowledged_level = 1, acknowledged_by = 'check', acknowledged_at = now() where alarm_id = a;
        raise exception 'an alarm could be acknowledged without a word';
    exception when check_violation then null;
    end;
    begin
        insert into alarm (kind, merchant_id, level, raised_on, changed_on, numbers, policy_version)
        values ('bindingDisagrees', m, 2, '2026-03-04', '2026-03-04', '{}', 1);
        raise exception 'an alarm of a binding could be of no case';
    exception when check_violation then null;
    end;
    update alarm set ended_on = '2026-03-05', changed_on = '2026-03-05', end_reason = 'activeAgain' where alarm_id = a;
    insert into alarm (kind, merchant_id, level, raised_on, changed_on, numbers, policy_version)
    values ('loanQuiet', m, 1, '2026-04-03', '2026-04-03', '{}', 1);
    insert into alarm_step values (a, 1, 'raise', '2026-03-03', 1, '{}', '', 'check', now());
    begin
        delete from alarm_step;
        raise exception 'an alarm''s history could be forgotten';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
