-- Why: an application comes with papers and photos, sent in chunks by staff whose network breaks (domain §2). They lie outside the
-- application's row, sealed, in chunks as they arrived, in the same database: any process of a cluster takes any chunk, a backup has them,
-- and received is what is committed (decisions/0016).
-- Locks: nothing that exists; new tables only.

create table application_document (
    document_id    uuid        not null,
    application_id uuid        not null,
    kind           text        not null,
    name_sealed    bytea       not null,
    media_type     text        not null,
    size_bytes     bigint      not null,
    sha256         bytea       not null,
    declared_mark  bytea       not null,
    received_bytes bigint      not null default 0,
    declared_at    timestamptz not null,
    completed_at   timestamptz,
    constraint application_document_pk primary key (document_id),
    constraint application_document_application_fk foreign key (application_id) references merchant_application (application_id),
    constraint application_document_media_type check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
    constraint application_document_size check (size_bytes between 1 and 10485760),
    constraint application_document_received check (received_bytes between 0 and size_bytes),
    constraint application_document_hash check (length(sha256) = 32),
    constraint application_document_complete check (completed_at is null or received_bytes = size_bytes)
);

comment on column application_document.declared_mark is 'Digest of what was declared: the same declared again is the same document.';

create index application_document_by_application on application_document (application_id, document_id);

create table document_chunk (
    document_id  uuid   not null,
    from_byte    bigint not null,
    bytes_sealed bytea  not null,
    constraint document_chunk_pk primary key (document_id, from_byte),
    constraint document_chunk_document_fk foreign key (document_id) references application_document (document_id)
);

-- Sealed bytes do not get smaller.
alter table document_chunk alter bytes_sealed set storage external;
