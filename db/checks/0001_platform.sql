do $$
begin
    insert into audit_entry (at, actor, act, subject) values (now(), 'check', 'check', 'check');
    begin
        update audit_entry set actor = 'changed' where act = 'check';
        raise exception 'an audit row could be changed';
    exception when restrict_violation then null;
    end;
    perform 1 from grain_state, personal_data_key limit 1;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
