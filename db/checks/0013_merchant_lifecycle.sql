do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-13', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1300000000', 'check', '5411', 'check-13', '', '', '', '', now()) returning merchant_id into m;
    if (select state from merchant where merchant_id = m) <> 'active' then
        raise exception 'a merchant that was imported is not active';
    end if;
    begin
        update merchant set state = 'asleep' where merchant_id = m;
        raise exception 'a merchant could have any state';
    exception when check_violation then null;
    end;
    insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
    values (m, 2, 'suspend', 'active', 'suspended', 'check', 'check', now());
    begin
        update merchant_step set why = 'other';
        raise exception 'history could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into merchant_hold (merchant_id, hold_no, scopes, why, cure, set_by, set_at) values (m, 2, '{}', 'check', '', 'check', now());
        raise exception 'a hold could be without a cure';
    exception when check_violation then null;
    end;
    begin
        insert into merchant_hold (merchant_id, hold_no, scopes, why, cure, set_by, set_at) values (m, 3, '{}', 'check', 'check', 'check', now());
        set constraints merchant_hold_set_fk immediate;
        raise exception 'a hold could be without the step that set it';
    exception when foreign_key_violation then null;
    end;
    insert into idempotency_key (key, fingerprint, at) values ('check-13', '', now());
    begin
        insert into idempotency_key (key, fingerprint, at) values ('check-13', '', now());
        raise exception 'a request could be done twice';
    exception when unique_violation then null;
    end;
    insert into outbox_event (type, object_key, object_version, payload, at) values ('check', 'check', 1, '{}', now());
    begin
        delete from outbox_event;
        raise exception 'an event could be taken back';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
