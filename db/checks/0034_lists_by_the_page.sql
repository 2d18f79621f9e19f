do $$
declare
    t integer;
begin
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-33', 'check-33', 'check', '2024-02-29', false, 'check', now()) returning terminal_id into t;
    if (select inspection_due_on from terminal where terminal_id = t) <> '2025-02-28' then
        raise exception 'an inspection is not due a year after the installation';
    end if;
    update terminal set last_inspected_on = '2025-01-15' where terminal_id = t;
    if (select inspection_due_on from terminal where terminal_id = t) <> '2026-01-15' then
        raise exception 'an inspection is not due a year after the last one';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
