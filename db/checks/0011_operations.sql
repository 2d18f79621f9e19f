do $$
declare
    id constant uuid := '00000000-0000-7000-8000-000000000011';
begin
    insert into operation (operation_id, attempt, kind, subject, owner, state, can_cancel, lease_until, done_bytes, lines, started_at, elapsed_ms, is_bug)
    values (id, id, 'check', 'check', 'check', 'running', true, clock_timestamp(), 0, 0, now(), 0, false);
    begin
        update operation set state = 'interrupted' where operation_id = id;
        raise exception 'a state could be written that only the lease tells';
    exception when check_violation then null;
    end;
    begin
        update operation set result = to_jsonb(repeat('x', 300000)) where operation_id = id;
        raise exception 'a result could be of any size';
    exception when check_violation then null;
    end;
    insert into repricing_result (operation_id) values (id);
    insert into repricing_row values (id, '1', '5411', 1, 1, 0, 1, 1, 1, 1, 1, 1, null);
    begin
        insert into repricing_row values (id, '1', '5411', 1, 1, 0, 1, 1, 1, 1, 1, 1, null);
        raise exception 'a merchant could be there twice';
    exception when unique_violation then null;
    end;
    delete from operation where operation_id = id;
    if exists (select from repricing_row where operation_id = id) then
        raise exception 'rows could outlive their operation';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
