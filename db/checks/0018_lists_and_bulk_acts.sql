do $$
declare
    m integer;
    t integer;
begin
    insert into branch (branch_code, name) values ('check-15', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check1500000000', '赣州 Check', '5411', 'check-15', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-15', 'check-15', 'N86', '2025-01-01', false, '', now()) returning terminal_id into t;
    if not exists (select from merchant_activity where merchant_id = m and last_sale_on = '-infinity') then
        raise exception 'a merchant could be missing in the lists';
    end if;
    if not exists (select from terminal_activity where terminal_id = t and last_activity_on = '-infinity' and idle_since = '2025-01-01') then
        raise exception 'a terminal could be missing in the lists';
    end if;
    if not name_bigrams('赣州 Check') @> name_bigrams('州c') or name_bigrams('赣') <> '{}' then
        raise exception 'a part of a name does not find it';
    end if;
    insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                  gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-01-02', m, t, '2026-01-02', 1, 1, 0, 0, 500, 0, 0, 0, 0, 0), ('2026-01-03', m, t, '2026-01-03', 1, 1, 1, 0, 700, 100, 0, 0, 0, 0);
    perform fold_day_volumes();
    update terminal set known_activity_on = '2026-01-05' where terminal_id = t;
    perform refresh_activity('2026-01-03', now());
    if (select (last_sale_on, volume_fen) from merchant_activity where merchant_id = m) is distinct from ('2026-01-03'::date, 600::bigint) then
        raise exception 'a merchant''s activity does not follow its volumes';
    end if;
    if (select (last_sale_on, last_activity_on, volume_fen) from terminal_activity where terminal_id = t)
       is distinct from ('2026-01-03'::date, '2026-01-05'::date, 600::bigint) then
        raise exception 'a terminal''s activity does not follow its volumes and the registry';
    end if;
    insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                  gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-01-03', m, t, '2026-01-03', 1, -1, 0, 0, -700, 0, 0, 0, 0, 0);
    perform fold_day_volumes();
    perform refresh_activity('2026-01-03', now());
    if (select (last_sale_on, volume_fen) from merchant_activity where merchant_id = m) is distinct from ('2026-01-02'::date, (-100)::bigint) then
        raise exception 'a sale that was taken back still counts';
    end if;
    if exists (select from activity_delta) then
        raise exception 'what was taken could be taken again';
    end if;
    insert into bulk_act (bulk_act_id, kind, act, request, fingerprint, all_or_nothing, selected, actor, started_at)
    values ('00000000-0000-0000-0000-000000000015', 'check', 'check', '{}', '', false, 1, 'check', now());
    insert into bulk_act_item (bulk_act_id, item_no, key, version) values ('00000000-0000-0000-0000-000000000015', 1, 'check', 1);
    begin
        update bulk_act_item set state = 'done';
        raise exception 'an item could be done and say nothing of it';
    exception when check_violation then null;
    end;
    begin
        update bulk_act set done = 2;
        raise exception 'more could be done than was selected';
    exception when check_violation then null;
    end;
    begin
        insert into bulk_act_item (bulk_act_id, item_no, key, version) values ('00000000-0000-0000-0000-000000000015', 2, 'check', 1);
        raise exception 'a record could be acted on twice';
    exception when unique_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
