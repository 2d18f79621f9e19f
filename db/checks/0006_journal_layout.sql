do $$
begin
    perform ensure_journal_partition('2001-01-15');
    insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, transaction_date, business_date, merchant_id,
                         terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind, pay_type,
                         reference)
    values ('2001-01-31', 1, 0, 0, 0, '2001-01-31', '2001-01-31', 1, 1, 1, -1, 1, 1, 1, 1, 0, 0, 0, 1, 1, '');
    insert into day_volume_delta values ('2001-01-31', 1, 1, '2001-01-31', 1, 1, 0, 0, 1, 0, 0, 0, 0, 0),
                                        ('2001-01-31', 1, 1, '2001-01-31', 1, 1, 0, 0, 2, 0, 0, 0, 0, 0);
    perform fold_day_volumes();
    perform fold_day_volumes();
    if (select (sales, gross_fen) from day_volume where transaction_date = '2001-01-31') is distinct from (2, 3::bigint)
       or (select count(*) from day_volume_current where transaction_date = '2001-01-31') <> 1 then
        raise exception 'a fold does not keep the sums';
    end if;
    perform first_transaction_date, last_transaction_date from clearing_chunk limit 1;
    perform pay_type from held_line limit 1;
    perform generation from journal_date limit 1;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
