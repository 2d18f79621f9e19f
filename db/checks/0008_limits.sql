do $$
declare
    m integer;
begin
    insert into branch (branch_code, name) values ('check-8', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check8000000000', 'check', '5411', 'check-8', '', '', '', '', now()) returning merchant_id into m;
    insert into merchant_limit (merchant_id, effective_from, day_fen, set_at, set_by) values (m, '2026-01-01', 1, now(), 'check');
    begin
        update merchant_limit set day_fen = 2;
        raise exception 'a limit could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into merchant_limit (merchant_id, effective_from, day_fen, set_at, set_by) values (m, '2026-01-01', 0, now(), 'check');
        raise exception 'a limit could be zero fen';
    exception when check_violation then null;
    end;
    insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at,
                           kind, amount_fen, card_kind, reference, original_reference, reason, held_at, pay_type)
    values (0, 1, '2026-01-01', 'm', 't', -1, 1, '2026-01-01', now(), 2, 1, 1, '', 'r', 'sale-unknown', now(), 2);
    begin
        insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at,
                               kind, amount_fen, card_kind, reference, original_reference, reason, held_at)
        values (2147483647, 1, '2026-01-01', 'm', 't', -1, 2, '2026-01-01', now(), 2, 1, 1, '', 'r', 'sale-unknown', now());
        raise exception 'a held line could name a file that is not there';
    exception when foreign_key_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
