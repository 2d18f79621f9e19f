do $$
begin
    if (select count(*) from outbox_reader where cluster = (select system_identifier::text from pg_control_system())) <> 2 then
        raise exception 'a reader of the outbox does not know whose transactions it counts';
    end if;
end $$;
