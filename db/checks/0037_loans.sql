do $$
declare
    m integer;
    l integer;
begin
    insert into branch (branch_code, name) values ('check-37', 'check');
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check3700000000', 'check', '7011', 'check-37', '', '', '', '', now()) returning merchant_id into m;
    insert into loan (loan_ref, merchant_id) values ('check-37', m) returning loan_id into l;
    insert into loan_version (loan_id, valid_from, valid_to, product, outstanding_fen, disbursed_on, share_per_ten_million)
    values (l, '2026-01-31', '2026-02-28', 'check', 500, '2025-12-01', 1000000), (l, '2026-02-28', 'infinity', 'check', 400, '2025-12-01', 1000000);
    if (select string_agg(outstanding_fen::text, ',') from loan_on('2026-02-27')) <> '500' or (select outstanding_fen from loan_on('2026-02-28')) <> 400
       or exists (select from loan_on('2026-01-30')) then
        raise exception 'a date could be answered by another date''s loans';
    end if;
    begin
        insert into loan_version (loan_id, valid_from, valid_to, product, outstanding_fen, disbursed_on, share_per_ten_million)
        values (l, '2026-02-01', '2026-02-02', 'check', 500, '2025-12-01', 0);
        raise exception 'a loan could be two things on one date';
    exception when exclusion_violation then null;
    end;
    begin
        insert into loan_version (loan_id, valid_from, valid_to, product, outstanding_fen, disbursed_on, share_per_ten_million)
        values (l, '2025-12-10', '2025-12-11', 'check', 0, '2025-12-01', 0);
        raise exception 'a loan could be open and owe nothing';
    exception when check_violation then null;
    end;
    begin
        insert into loan_version (loan_id, valid_from, valid_to, product, outstanding_fen, disbursed_on, share_per_ten_million)
        values (l, '2025-12-10', '2025-12-11', 'check', 1, '2025-12-11', 0);
        raise exception 'a loan could be open before it was paid out';
    exception when check_violation then null;
    end;
    begin
        insert into loan (loan_ref, merchant_id) values ('check-37', m);
        raise exception 'a reference could name two loans';
    exception when unique_violation then null;
    end;
    insert into loan_step values (l, 1, 'open', '2026-01-31', '{}', 'check', now());
    begin
        update loan_step set actor = 'other';
        raise exception 'a loan''s history could be edited';
    exception when restrict_violation then null;
    end;
    begin
        insert into loan_list (as_of, is_full, rows, changes, actor, at) values ('2026-01-31', true, 1, 0, 'check', now());
        raise exception 'a list that changed nothing could be kept as one that did';
    exception when check_violation then null;
    end;
    if merchant_active_on(m, '2026-01-31') is not null or merchant_net_days(m, '2026-01-01', '2026-01-31') <> '{}' then
        raise exception 'a merchant without a sale could be active';
    end if;
    insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                            reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
    values ('2026-01-10', m, 1, '2026-01-10', 1, 1, 0, 0, 900, 0, 0, 0, 0, 0), ('2026-01-10', m, 1, '2026-01-20', 1, -1, 0, 0, -900, 0, 0, 0, 0, 0);
    if merchant_active_on(m, '2026-01-19') <> '2026-01-10' or merchant_active_on(m, '2026-01-20') is not null
       or merchant_net_days(m, '2026-01-01', '2026-01-19') <> '{900}' then
        raise exception 'a date could be answered by what came after it';
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
