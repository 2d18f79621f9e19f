do $$
declare
    m integer;
    e integer;
    c integer;
begin
    insert into branch (branch_code, name) values ('check-26', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check2600000000', 'check', '5411', 'check-26', '', '', '', '', now()) returning merchant_id into m;
    insert into blacklist_entry (kind, value_mark, value_masked, listed_on, reason, source, added_at)
    values ('phone', 'x', '139***01', '2026-01-01', 'check', 'check', now()) returning blacklist_entry_id into e;
    begin
        insert into blacklist_entry (kind, value_mark, value_masked, listed_on, reason, source, added_at)
        values ('phone', 'x', '139***01', '2026-01-01', 'check', 'check', now());
        raise exception 'one value could be listed twice by one source';
    exception when unique_violation then null;
    end;
    update blacklist_entry set removed_at = now() where blacklist_entry_id = e;
    insert into blacklist_entry (kind, value_mark, value_masked, listed_on, reason, source, added_at)
    values ('phone', 'x', '139***01', '2026-01-01', 'check', 'check', now());
    insert into blacklist_case (merchant_id, found_on, due_on) values (m, '2026-01-01', '2026-01-11') returning blacklist_case_id into c;
    insert into blacklist_case_match values (c, e, 'phone', now());
    insert into blacklist_case_step (blacklist_case_id, version, act, why, actor, at) values (c, 1, 'open', '', 'check', now());
    begin
        insert into blacklist_case (merchant_id, found_on, due_on) values (m, '2026-01-01', '2026-01-11');
        raise exception 'a merchant could have two open cases';
    exception when unique_violation then null;
    end;
    begin
        update blacklist_case set state = 'dismissed', why = 'check', decided_by = 'check', decided_at = now() where blacklist_case_id = c;
        raise exception 'a case could be dismissed without evidence';
    exception when check_violation then null;
    end;
    begin
        delete from blacklist_case_step;
        raise exception 'history of a case could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into blacklist_dismissal (blacklist_entry_id, why, document, actor, at) values (e, 'check', 'check', 'check', now());
        raise exception 'a dismissal could be of nobody';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
