do $$
declare
    m integer;
    t integer;
    f bigint;
    r bigint;
begin
    insert into branch (branch_code, name, parent_branch_code) values ('check-40', 'check', null);
    insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                          settlement_account_mark, changed_at)
    values ('check4000000000', 'check', '7011', 'check-40', '', '', '', '', now()) returning merchant_id into m;
    insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
    values ('check-40', 'check-40', 'check', '2026-01-01', false, '', now()) returning terminal_id into t;
    insert into follow_up (kind, terminal_id, merchant_id, since, opened_on, due_on, changed_at)
    values ('recover', t, m, '2026-01-01', '2026-04-01', '2026-05-01', now()) returning follow_up_id into f;
    insert into removal (follow_up_id, round, terminal_id, merchant_id, branch_code, state, first_on, proposed_on, rent_fen, sim_fen, commission_fen, benefit_fen, changed_at)
    values (f, 1, t, m, 'check-40', 'proposed', '2026-04-01', '2026-04-01', 5, 2, 3, 4, now()) returning removal_id into r;
    begin
        insert into removal (follow_up_id, round, terminal_id, merchant_id, branch_code, state, rank, first_on, rent_fen, sim_fen, commission_fen, benefit_fen, changed_at)
        values (f, 2, t, m, 'check-40', 'waiting', 1, '2026-04-01', 0, 0, 0, 0, now());
        raise exception 'a machine could be proposed twice at once';
    exception when unique_violation then null;
    end;
    begin
        update removal set state = 'withdrawn' where removal_id = r;
        raise exception 'a removal could end without a reason';
    exception when check_violation then null;
    end;
    begin
        update removal set benefit_fen = 5 where removal_id = r;
        raise exception 'a benefit could be another than its parts';
    exception when check_violation then null;
    end;
    begin
        insert into application_document (document_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, declared_at)
        values (gen_random_uuid(), 'photo', '', 'image/png', 1, decode(repeat('00', 32), 'hex'), '', now());
        raise exception 'a document could be nobody''s';
    exception when check_violation then null;
    end;
    insert into application_document (document_id, removal_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, declared_at)
    values ('0199f0c4-7a10-7000-8000-0000000000c0', r, 'photo', '', 'image/png', 1, decode(repeat('00', 32), 'hex'), '', now());
    begin
        insert into removal_proof (removal_id, outcome, reason, note, position_sealed, photo_id, signature_id, actor, at)
        values (r, 'recovered', 'idle', '', '', '0199f0c4-7a10-7000-8000-0000000000c0', '0199f0c4-7a10-7000-8000-0000000000c0', 'check', now());
        raise exception 'a machine could be fetched without its serial number';
    exception when check_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
