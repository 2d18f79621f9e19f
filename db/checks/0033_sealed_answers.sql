do $$
begin
    insert into idempotency_key (actor, key, fingerprint, at, status, body_sealed) values ('check', 'check-32', '', now(), 200, '');
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
