do $$
declare
    t integer;
begin
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check151', 'check-15', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    insert into binding_case (terminal_id, kind, merchant_no, first_seen, last_seen, transactions, transaction_keys)
    values (t, 'boundToNobody', 'check', now(), now(), 1, '{a}');
    begin
        insert into binding_case (terminal_id, kind, merchant_no, first_seen, last_seen, transactions, transaction_keys)
        values (t, 'boundToNobody', 'check', now(), now(), 1, '{b}');
        raise exception 'one disagreement could be two cases';
    exception when unique_violation then null;
    end;
    begin
        update binding_case set state = 'closed', decided_at = now() where terminal_id = t;
        raise exception 'a case could be closed without a word';
    exception when check_violation then null;
    end;
    insert into terminal_inspection (terminal_id, inspected_on, result, note, inspector_sealed, actor, at)
    values (t, '2026-01-01', 'inOrder', '', '', 'check', now());
    begin
        update terminal_inspection set result = 'missing' where terminal_id = t;
        raise exception 'an inspection could be edited';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
