do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-31', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3100000000', 'check', '5411', 'check-31', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-31', 'check-31', 'N86', '2025-01-01', false, '', now()) returning terminal_id into t;
    insert into terminal_binding (terminal_id, merchant_id, valid_from) values (t, m, '2026-01-04T16:00:00Z');
    if (select keep_until from idle_note where terminal_id = t) is distinct from '2026-01-05' then
        raise exception 'a terminal that is bound could be forgotten by the closes';
    end if;
    update terminal_binding set valid_to = '2026-03-01T10:00:00Z' where terminal_id = t;
    insert into terminal_fact (terminal_id, valid_from, spare, installed_on) values (t, '2026-03-05', true, '2025-01-01');
    update terminal set spare = true where terminal_id = t;
    if (select array_agg(keep_until order by keep_until) from idle_note where terminal_id = t)
       is distinct from '{-infinity,2026-01-05,2026-03-01,2026-03-05}'::date[] then
        raise exception 'a change of a terminal could be forgotten by the closes';
    end if;
    delete from idle_note;
    insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                  gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-01-02', m, t, '2026-01-02', 1, 1, 0, 0, 500, 0, 0, 0, 0, 0);
    perform fold_day_volumes(), refresh_activity('2026-01-01', now());
    if not exists (select from idle_note where terminal_id = t and keep_until = '2026-01-02') then
        raise exception 'a first sale could be forgotten by the closes';
    end if;
    delete from idle_note;
    insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                  gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-02-02', m, t, '2026-02-02', 1, 1, 0, 0, 500, 0, 0, 0, 0, 0);
    perform fold_day_volumes(), refresh_activity('2026-01-01', now());
    if exists (select from idle_note where terminal_id = t) then
        raise exception 'a terminal that sells as ever is noted, and the closes would judge the fleet';
    end if;
    insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                  gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-04-03', m, t, '2026-04-03', 1, 1, 0, 0, 500, 0, 0, 0, 0, 0);
    perform fold_day_volumes(), refresh_activity('2026-01-01', now());
    if not exists (select from idle_note where terminal_id = t and keep_until = '2026-04-03') then
        raise exception 'a terminal that sells again after a clock ran out could be forgotten by the closes';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
