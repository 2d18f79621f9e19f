do $$
begin
    insert into webhook (webhook_id, url, secret_sealed, types, state, made_in, version, created_at, changed_at)
    values ('00000000-0000-7000-8000-000000000030', 'https://check.invalid/', '', '{}', 'active', '10:20:12', 1, now(), now());
    if not exists (select from webhook w where webhook_id = '00000000-0000-7000-8000-000000000030'
                   and pg_visible_in_snapshot('9', w.made_in) and not pg_visible_in_snapshot('12', w.made_in)) then
        raise exception 'a webhook does not know what was committed when it was made';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
