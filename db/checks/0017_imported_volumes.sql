do $$
declare
    m integer;
    t integer;
    i uuid := '00000000-0000-0000-0000-000000000015';
begin
    insert into branch (branch_code, name) values ('check-15', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1500000000', 'check', '5411', 'check-15', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-15', 'check-15', '', '2020-01-01', false, '', now()) returning terminal_id into t;
    insert into volume_import (import_id, content_sha256, rows, added, first_date, last_date, actor, at)
    values (i, '', 1, 1, '2025-01-01', '2025-01-01', 'check', now());
    insert into imported_day_volume values ('2025-01-01', m, t, 1, 0, 100, 0, 1, i);
    if (select imported and gross_fen = 100 from day_activity where merchant_id = m) is not true then
        raise exception 'an imported day is no activity';
    end if;
    if exists (select from day_volume_current where merchant_id = m) then
        raise exception 'an imported day counts among the journal''s';
    end if;
    begin
        insert into imported_day_volume values ('2025-01-01', m, t, 1, 0, 100, 0, 1, i);
        raise exception 'a day could be imported twice';
    exception when unique_violation then null;
    end;
    begin
        update imported_day_volume set gross_fen = 0;
        raise exception 'an imported day could be edited';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
