do $$
begin
    insert into idempotency_key (actor, key, fingerprint, at) values ('check-one', 'check-14', '', now());
    insert into idempotency_key (actor, key, fingerprint, at) values ('check-two', 'check-14', '', now());
    begin
        insert into idempotency_key (actor, key, fingerprint, at) values ('check-one', 'check-14', '', now());
        raise exception 'a request could be done twice';
    exception when unique_violation then null;
    end;
    begin
        update idempotency_key set claim = gen_random_uuid() where key = 'check-14';
        raise exception 'a claim could last for ever';
    exception when check_violation then null;
    end;
    begin
        update idempotency_key set claim = gen_random_uuid(), claimed_until = now(), status = 200, body = '' where key = 'check-14';
        raise exception 'a request could be answered and under way';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
