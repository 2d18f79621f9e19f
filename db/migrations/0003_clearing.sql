-- Why: clearing files as they came: what each was, how far it was read, and every line that was not posted, with its reason
-- (domain §5). The chunk is the unit of commit and of resuming: its digest recognises the same bytes when they come again.
-- Locks: nothing that exists; new tables only.

create table clearing_file (
    file_id         integer generated always as identity,
    channel         text        not null,
    file_name       text        not null,
    business_date   date        not null,
    format          text        not null,
    state           text        not null,
    content_sha256  bytea,
    bytes           bigint      not null default 0,
    declared_lines  bigint,
    declared_gross_fen bigint,
    started_at      timestamptz not null,
    ended_at        timestamptz,
    repeat_of_file_id integer,
    constraint clearing_file_pk primary key (file_id),
    constraint clearing_file_state check (state in ('reading', 'complete', 'withdrawn')),
    constraint clearing_file_complete_is_whole check (state <> 'complete' or (content_sha256 is not null and ended_at is not null))
);

create index clearing_file_by_date on clearing_file (business_date, channel);
create index clearing_file_by_digest on clearing_file (content_sha256);

comment on column clearing_file.state is 'reading: begun and not (yet) read to its end; complete: read to its end, malformed lines or not; withdrawn: undone by reversing rows.';

-- Counts are what this chunk added to the file''s report. A waiting reversal that posts when its sale comes in a later chunk of
-- the same file is taken back from held there, so held of one chunk may be negative; a file''s sum never is.
create table clearing_chunk (
    file_id         integer  not null,
    chunk_no        integer  not null,
    first_line      bigint   not null,
    lines           integer  not null,
    bytes           bigint   not null,
    sha256          bytea    not null,
    posted          integer  not null,
    duplicates      integer  not null,
    held            integer  not null,
    malformed       integer  not null,
    sales           integer  not null,
    refunds         integer  not null,
    reversals       integer  not null,
    gross_fen       bigint   not null,
    refund_fen      bigint   not null,
    fee_fen         bigint   not null,
    fee_differences integer  not null,
    read_gross_fen  bigint   not null,
    released        integer  not null,
    constraint clearing_chunk_pk primary key (file_id, chunk_no),
    constraint clearing_chunk_file_fk foreign key (file_id) references clearing_file (file_id)
);

comment on column clearing_chunk.read_gross_fen is 'Sale amounts of all readable lines, whatever became of them: what a control total counts.';
comment on column clearing_chunk.released is 'Waiting refunds and reversals of other files that posted because their sale came in this chunk.';
comment on column clearing_file.repeat_of_file_id is 'The complete file of the same date with the same bytes: this one brought nothing new.';

create table malformed_line (
    file_id integer not null,
    line_no bigint  not null,
    field   text    not null,
    code    text    not null,
    found   text    not null,
    constraint malformed_line_pk primary key (file_id, line_no),
    constraint malformed_line_file_fk foreign key (file_id) references clearing_file (file_id)
);

-- How many lines of one file were already known from another (or from itself): after a withdrawal this says which to send again.
create table clearing_overlap (
    file_id    integer not null,
    of_file_id integer not null,
    lines      integer not null,
    constraint clearing_overlap_pk primary key (file_id, of_file_id)
);

-- A readable line that cannot be posted yet. It keeps natural numbers: what it names may not exist here.
create table held_line (
    held_line_id         bigint generated always as identity,
    file_id              integer     not null,
    line_no              bigint      not null,
    business_date        date        not null,
    merchant_no          text        not null,
    terminal_no          text        not null,
    named_merchant_no    text,
    named_terminal_no    text,
    batch                integer     not null,
    stan                 integer     not null,
    transaction_date     date        not null,
    occurred_at          timestamptz not null,
    kind                 smallint    not null,
    amount_fen           bigint      not null,
    card_kind            smallint    not null,
    card                 bigint,
    card_reference       bytea,
    reference            text        not null,
    original_reference   text        not null,
    original_stan        integer,
    original_occurred_at timestamptz,
    declared_fee_fen     bigint,
    reason               text        not null,
    state                text        not null default 'held',
    note                 text        not null default '',
    held_at              timestamptz not null,
    decided_at           timestamptz,
    version              integer     not null default 1,
    constraint held_line_pk primary key (held_line_id),
    constraint held_line_file_fk foreign key (file_id) references clearing_file (file_id),
    constraint held_line_state check (state in ('held', 'posted', 'dismissed', 'withdrawn')),
    constraint held_line_reason check (reason in ('unknown-merchant', 'unknown-terminal', 'bound-to-another', 'no-fee-plan',
                                                  'sale-unknown', 'exceeds-sale', 'amount-differs'))
);

-- A line in suspense is known: the same line again is a duplicate of it, not a second one.
-- A corrected line is still known by the numbers its file named.
create unique index held_line_key on held_line (transaction_date, coalesce(named_terminal_no, terminal_no), stan, kind, batch,
                                                coalesce(named_merchant_no, merchant_no))
    where state <> 'withdrawn';
comment on column held_line.named_merchant_no is 'Of a corrected line: the number its file named, where a person changed it. Likewise named_terminal_no.';

create index held_line_open on held_line (held_line_id) where state = 'held';
create index held_line_by_file on held_line (file_id);
create index held_line_waiting_reference on held_line (original_reference)
    where state = 'held' and reason = 'sale-unknown' and original_reference <> '';
create index held_line_waiting_stan on held_line (terminal_no, original_stan)
    where state = 'held' and reason = 'sale-unknown' and original_reference = '';
