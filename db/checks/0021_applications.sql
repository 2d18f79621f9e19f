do $$
declare
    id uuid := '0199f0c4-7a10-7000-8000-00000000c015';
    m  integer;
begin
    insert into branch (branch_code, name) values ('check-15', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1500000000', 'check', '5411', 'check-15', '', '', '', '', now()) returning merchant_id into m;
    insert into merchant_application (application_id, state, version, form_at, made_at, changed_at) values (id, 'draft', 1, 1, now(), now());
    begin
        set constraints merchant_application_form_fk immediate;
        raise exception 'an application could be without its form';
    exception when foreign_key_violation then null;
    end;
    insert into application_form (application_id, version, form_version, form_sealed, content_mark, answer, at) values (id, 1, 1, '', '', '{}', now());
    set constraints merchant_application_form_fk immediate;
    begin
        update merchant_application set state = 'active', verified_mark = '' where application_id = id;
        raise exception 'an application could be active without its merchant';
    exception when check_violation then null;
    end;
    begin
        update merchant_application set state = 'verified' where application_id = id;
        raise exception 'an application could be verified without saying what';
    exception when check_violation then null;
    end;
    begin
        update merchant_application set merchant_id = m where application_id = id;
        raise exception 'a draft could have a merchant';
    exception when check_violation then null;
    end;
    begin
        update application_form set form_sealed = 'x';
        raise exception 'a form could be edited';
    exception when restrict_violation then null;
    end;
    insert into application_step (application_id, version, act, to_state, why, actor, at) values (id, 1, 'save', 'draft', '', 'check', now());
    begin
        insert into application_step (application_id, version, act, to_state, why, actor, at) values (id, 2, 'reject', 'rejected', '', 'check', now());
        raise exception 'an application could be rejected without a reason';
    exception when check_violation then null;
    end;
    begin
        delete from application_step;
        raise exception 'history could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into merchant_number_counter (prefix, last) values ('10236075411', 1679616);
        raise exception 'a counter could pass its end';
    exception when check_violation then null;
    end;
    insert into work_order (kind, merchant_id, application_id, model, township, created_at) values ('install', m, id, 'N86', '', now());
    begin
        update work_order set state = 'lost' where merchant_id = m;
        raise exception 'a work order could have any state';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
