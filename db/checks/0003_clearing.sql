do $$
declare
    f integer;
begin
    insert into clearing_file (channel, file_name, business_date, format, state, started_at)
    values ('check', 'check', '2026-01-01', 'zm', 'reading', now()) returning file_id into f;
    begin
        update clearing_file set state = 'complete' where file_id = f;
        raise exception 'a file could be complete without its digest';
    exception when check_violation then null;
    end;
    insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at,
                           kind, amount_fen, card_kind, reference, original_reference, reason, held_at)
    values (f, 1, '2026-01-01', 'm', 't', -1, 1, '2026-01-01', now(), 1, 1, 1, '', '', 'unknown-terminal', now());
    begin
        insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at,
                               kind, amount_fen, card_kind, reference, original_reference, reason, held_at)
        values (f, 2, '2026-01-01', 'm', 't', -1, 1, '2026-01-01', now(), 1, 1, 1, '', '', 'unknown-terminal', now());
        raise exception 'a line could be held twice';
    exception when unique_violation then null;
    end;
    perform 1 from clearing_chunk, malformed_line, clearing_overlap limit 1;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
