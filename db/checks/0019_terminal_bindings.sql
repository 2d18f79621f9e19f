do $$
declare
    m integer;
    t integer;
    u integer;
begin
    insert into branch (branch_code, name) values ('check-16', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1600000000', 'check', '5411', 'check-16', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check161', 'check-16-a', 'check', '2026-01-01', false, 'here', now()) returning terminal_id into t;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check162', 'check-16-b', 'check', '2026-01-01', false, 'here', now()) returning terminal_id into u;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '-infinity'), (u, m, '2026-01-01');
    perform record_binding_changes(array[t, u]);
    if (select count(*) from binding_change where terminal_id in (t, u)) <> 1 then
        raise exception 'what was imported is no change, what was bound since is one';
    end if;
    update terminal set installation_address = 'there', changed_at = '2026-02-01' where terminal_id = t;
    perform record_binding_changes(null);
    perform record_binding_changes(null);
    if (select array_agg(kind || items::text) from binding_change where terminal_id = t) <> array['changed{installationAddress}'] then
        raise exception 'a move is one change';
    end if;
    update terminal_binding set valid_to = '2026-03-01' where terminal_id = t;
    perform record_binding_changes(array[t]);
    if (select max(valid_to) from binding_version where terminal_id = t) <> '2026-03-01' then
        raise exception 'a version outlives its binding';
    end if;
    begin
        update binding_version set serial_no = 'check-16-b', valid_to = 'infinity' where terminal_id = t and valid_to = '2026-03-01';
        raise exception 'one serial number could be in two live bindings';
    exception when unique_violation then null;
    end;
    begin
        insert into binding_report (report_no, file_name, changes, content_bytes, content_sha256, content_sealed, made_by, made_at)
        values (1000016, 'check', 0, 0, '', '', 'check', now());
        raise exception 'a report could say nothing';
    exception when check_violation then null;
    end;
    insert into binding_report (report_no, file_name, changes, content_bytes, content_sha256, content_sealed, made_by, made_at)
    values (1000016, 'check', 1, 0, '', '', 'check', now());
    update binding_change set report_no = 1000016 where terminal_id = u;
    begin
        update binding_change set report_no = null where terminal_id = u;
        raise exception 'a change could be reported twice';
    exception when restrict_violation then null;
    end;
    begin
        delete from binding_report;
        raise exception 'a report could be taken back';
    exception when restrict_violation then null;
    end;
    insert into terminal_fact (terminal_id, valid_from, spare, installed_on) values (t, '-infinity', false, '2026-01-01');
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
