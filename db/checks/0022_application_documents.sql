do $$
declare
    id  uuid := '0199f0c4-7a10-7000-8000-00000000c016';
    doc uuid := '0199f0c4-7a10-7000-8000-00000000d016';
begin
    insert into merchant_application (application_id, state, version, form_at, made_at, changed_at) values (id, 'draft', 1, 1, now(), now());
    insert into application_document (document_id, application_id, kind, name_sealed, media_type, size_bytes, sha256, declared_mark, declared_at)
    values (doc, id, 'licence', '', 'image/png', 10, decode(repeat('00', 32), 'hex'), '', now());
    begin
        update application_document set completed_at = now() where document_id = doc;
        raise exception 'a document could be complete with nothing received';
    exception when check_violation then null;
    end;
    begin
        update application_document set received_bytes = 11 where document_id = doc;
        raise exception 'more could be received than was declared';
    exception when check_violation then null;
    end;
    begin
        update application_document set size_bytes = 10485761 where document_id = doc;
        raise exception 'a document could have any size';
    exception when check_violation then null;
    end;
    begin
        insert into document_chunk (document_id, from_byte, bytes_sealed) values (id, 0, '');
        raise exception 'a chunk could belong to nothing';
    exception when foreign_key_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
