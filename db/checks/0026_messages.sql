do $$
declare
    id  uuid := '0199f0c4-7a10-7000-8000-00000000c026';
    two uuid := '0199f0c4-7a10-7000-8000-00000001c026';
begin
    insert into message (message_id, template, matter, party, party_key, channel, address_sealed, language, content_sealed, parts, is_secret,
                         state, send_key, next_at, give_up_at, made_at)
    values (id, 'check', 'check/1', 'merchant', 'check', 'sms', '', 'en', '', 1, true, 'waiting', id, now(), now(), now());
    begin
        insert into message (message_id, template, matter, party, party_key, channel, address_sealed, language, content_sealed, parts, is_secret,
                             state, send_key, next_at, give_up_at, made_at)
        values (two, 'check', 'check/1', 'merchant', 'check', 'sms', '', 'en', '', 1, false, 'waiting', two, now(), now(), now());
        raise exception 'a matter could be told twice';
    exception when unique_violation then null;
    end;
    begin
        update message set state = 'sent', ended_at = now() where message_id = id;
        raise exception 'a code could stay readable after it was sent';
    exception when check_violation then null;
    end;
    begin
        update message set address_sealed = null where message_id = id;
        raise exception 'a message could wait without an address';
    exception when check_violation then null;
    end;
    begin
        update message set state = 'lost', ended_at = now() where message_id = id;
        raise exception 'a message could have any state';
    exception when check_violation then null;
    end;
    begin
        update message set state = 'unknown', content_sealed = null where message_id = id;
        raise exception 'a message could end at no time';
    exception when check_violation then null;
    end;
    insert into message_attempt (message_id, attempt, gateway, repeatable, began_at) values (id, 1, 'check', false, now());
    begin
        update message_attempt set outcome = 'accepted' where message_id = id;
        raise exception 'an attempt could end at no time';
    exception when check_violation then null;
    end;
    insert into message_contact (party, party_key, language, version, changed_at) values ('branch', 'check', 'en', 1, now());
    begin
        update message_contact set language = 'fr' where party_key = 'check';
        raise exception 'a contact could have any language';
    exception when check_violation then null;
    end;
    begin
        insert into message_reading (one, began, upto) values (false, '3', '3');
        raise exception 'there could be two readings';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
