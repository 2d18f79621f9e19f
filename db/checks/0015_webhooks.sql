do $$
begin
    insert into outbox_event (type, object_key, object_version, payload, at) values ('check', 'check', 1, '{}', now());
    if (select xid from outbox_event where type = 'check') <> pg_current_xact_id() then
        raise exception 'an event does not know its transaction';
    end if;
    insert into webhook (webhook_id, url, secret_sealed, types, state, after_event, version, created_at, changed_at)
    values ('00000000-0000-7000-8000-000000000015', 'https://check.invalid/', '', '{}', 'active', 0, 1, now(), now());
    insert into webhook_delivery (webhook_id, outbox_event_id, object_key, state, next_at)
    select '00000000-0000-7000-8000-000000000015', outbox_event_id, object_key, 'waiting', now() from outbox_event where type = 'check';
    begin
        update webhook_delivery set state = 'delivered' where webhook_id = '00000000-0000-7000-8000-000000000015';
        raise exception 'a delivery could end at no time';
    exception when check_violation then null;
    end;
    begin
        insert into webhook_delivery (webhook_id, outbox_event_id, object_key, state, next_at)
        select webhook_id, outbox_event_id, object_key, 'waiting', now() from webhook_delivery;
        raise exception 'an event could be handed on twice';
    exception when unique_violation then null;
    end;
    begin
        insert into outbox_reading (one, upto) values (false, '3');
        raise exception 'there could be two readings';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
