do $$
declare
    m integer;
    t integer;
    f bigint;
begin
    insert into branch (branch_code, name, parent_branch_code) values ('check-39', 'check', null), ('check-39-1', 'check', 'check-39');
    insert into work_term values ('reverifyDays', 'check-39', '2026-01-02', 10, 'check', 'check', 'check', now());
    if (select value from work_terms_on('2026-01-01') where branch_code = 'check-39-1' and term = 'reverifyDays') <> 30
       or (select value from work_terms_on('2026-01-02') where branch_code = 'check-39-1' and term = 'reverifyDays') <> 10
       or (select value from work_terms_on('2026-01-02') where branch_code = '' and term = 'reverifyDays') <> 30 then
        raise exception 'a term could count for others, or too early';
    end if;
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3900000000', 'check', '7011', 'check-39', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-39', 'check-39', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    insert into follow_up (kind, terminal_id, merchant_id, since, opened_on, due_on, changed_at)
    values ('reverify', t, m, '2026-01-01', '2026-04-01', '2026-05-01', now()) returning follow_up_id into f;
    begin
        insert into follow_up (kind, terminal_id, merchant_id, since, opened_on, due_on, changed_at)
        values ('reverify', t, m, '2026-01-01', '2026-04-02', '2026-05-02', now());
        raise exception 'one silence could make two tasks';
    exception when unique_violation then null;
    end;
    begin
        update follow_up set state = 'done' where follow_up_id = f;
        raise exception 'a task could be done without a result';
    exception when check_violation then null;
    end;
    insert into follow_up_step (follow_up_id, version, act, to_state, why, actor, at) values (f, 1, 'open', 'open', 'check', 'check', now());
    begin
        update follow_up_step set why = 'other';
        raise exception 'history could be edited';
    exception when restrict_violation then null;
    end;
    begin
        update work_term set value = 1;
        raise exception 'a term could be edited';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
