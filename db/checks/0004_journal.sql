do $$
begin
    perform ensure_journal_partition('2001-01-15');
    perform ensure_journal_partition('2001-01-31');
    insert into journal (occurred_at, amount_fen, fee_fen, transaction_date, business_date, merchant_id, terminal_id, stan, batch,
                         file_id, line_no, fee_plan_id, kind, turn, card_kind, reference)
    values ('2001-01-31', 1, 0, '2001-01-31', '2001-01-31', 1, 1, 1, -1, 1, 1, 1, 1, 0, 1, '');
    begin
        insert into journal (occurred_at, amount_fen, fee_fen, transaction_date, business_date, merchant_id, terminal_id, stan, batch,
                             file_id, line_no, fee_plan_id, kind, turn, card_kind, reference)
        values ('2001-01-31', 1, 0, '2001-01-31', '2001-01-31', 1, 1, 1, -1, 1, 2, 1, 1, 0, 1, '');
        raise exception 'a line could be posted twice';
    exception when unique_violation then null;
    end;
    begin
        delete from journal_2001_01;
        raise exception 'a journal row could be deleted from its partition';
    exception when restrict_violation then null;
    end;
    perform 1 from day_volume limit 1;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
