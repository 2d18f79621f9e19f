-- Why: merchants are brought in by an application: a form that is submitted, mended, verified, signed and approved (domain §2). The form is
-- sealed as a whole, since most of it is personal; what duplicates are found by is kept as keyed digests. Approval gives a merchant number
-- out of a counter for each acquirer, area and trade, and orders the machines.
-- Locks: nothing that exists; new tables only (a foreign key takes a short lock on merchant).

create table merchant_application (
    application_id   uuid        not null,
    state            text        not null,
    version          integer     not null,
    form_at          integer     not null,
    kind             text,
    registered_name  text        not null default '',
    branch_code      text        not null default '',
    mcc              text        not null default '',
    township         text        not null default '',
    licence_mark     bytea,
    holder_mark      bytea,
    account_mark     bytea,
    phone_mark       bytea,
    premises_mark    bytea,
    fixes            jsonb       not null default '[]',
    verified_mark    bytea,
    merchant_id      integer,
    made_at          timestamptz not null,
    changed_at       timestamptz not null,
    constraint merchant_application_pk primary key (application_id),
    constraint merchant_application_state
        check (state in ('draft', 'submitted', 'needsFix', 'verified', 'signed', 'active', 'rejected', 'withdrawn')),
    constraint merchant_application_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_application_one_merchant unique (merchant_id),
    constraint merchant_application_active_has_merchant check ((state = 'active') = (merchant_id is not null)),
    constraint merchant_application_verified_says_what check (state not in ('verified', 'signed', 'active') or verified_mark is not null)
);

comment on column merchant_application.form_at is 'The version of the application that wrote its present form.';
comment on column merchant_application.holder_mark is 'Digest of the credit code or of the ID number of the person in charge, as merchant.credit_code_mark.';
comment on column merchant_application.verified_mark is 'Digest of form and papers as they were verified; approval demands the same.';

create index merchant_application_by_state on merchant_application (state, application_id);
create index merchant_application_by_licence on merchant_application (licence_mark) where licence_mark is not null;
create index merchant_application_by_holder on merchant_application (holder_mark) where holder_mark is not null;
create index merchant_application_by_account on merchant_application (account_mark) where account_mark is not null;
create index merchant_application_by_phone on merchant_application (phone_mark) where phone_mark is not null;
create index merchant_application_by_premises on merchant_application (premises_mark) where premises_mark is not null;
create index merchant_by_credit_code on merchant (credit_code_mark);
create index merchant_by_account on merchant (settlement_account_mark);

-- Every form that was ever sent, by the version of the application that it made.
create table application_form (
    application_id uuid        not null,
    version        integer     not null,
    form_version   integer     not null,
    form_sealed    bytea       not null,
    content_mark   bytea       not null,
    answer         jsonb       not null,
    at             timestamptz not null,
    constraint application_form_pk primary key (application_id, version),
    constraint application_form_application_fk foreign key (application_id) references merchant_application (application_id)
);

comment on column application_form.content_mark is 'Digest of the whole request: the same sent again is answered with answer, for ever.';
comment on column application_form.form_version is 'Which print of the paper form it was written on.';

alter table merchant_application add constraint merchant_application_form_fk foreign key (application_id, form_at)
    references application_form (application_id, version) deferrable initially deferred;

create trigger application_form_append_only before update or delete or truncate on application_form
    for each statement execute function refuse_change();

create table application_step (
    application_id uuid        not null,
    version        integer     not null,
    act            text        not null,
    from_state     text,
    to_state       text        not null,
    why            text        not null,
    details        jsonb       not null default '{}',
    actor          text        not null,
    at             timestamptz not null,
    constraint application_step_pk primary key (application_id, version),
    constraint application_step_application_fk foreign key (application_id) references merchant_application (application_id),
    constraint application_step_says_why check (why <> '' or act in ('save', 'submit'))
);

comment on column application_step.from_state is 'Null for the first.';

create trigger application_step_append_only before update or delete or truncate on application_step
    for each statement execute function refuse_change();

create table merchant_number_counter (
    prefix text    not null,
    last   integer not null,
    constraint merchant_number_counter_pk primary key (prefix),
    constraint merchant_number_counter_prefix check (length(prefix) = 11),
    constraint merchant_number_counter_range check (last between 0 and 1679615)
);

comment on table merchant_number_counter is 'The last sequence given under acquirer 3 + area 4 + MCC 4; 10000 is 000A, 1679615 is ZZZZ. A number is never given twice.';

create table work_order (
    work_order_id  bigint      generated always as identity,
    kind           text        not null,
    merchant_id    integer     not null,
    application_id uuid,
    model          text        not null,
    township       text        not null,
    state          text        not null default 'open',
    terminal_id    integer,
    created_at     timestamptz not null,
    version        integer     not null default 1,
    constraint work_order_pk primary key (work_order_id),
    constraint work_order_kind check (kind in ('install')),
    constraint work_order_state check (state in ('open', 'done', 'cancelled')),
    constraint work_order_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint work_order_application_fk foreign key (application_id) references merchant_application (application_id),
    constraint work_order_terminal_fk foreign key (terminal_id) references terminal (terminal_id)
);

create index work_order_by_state on work_order (state, work_order_id);
create index work_order_by_merchant on work_order (merchant_id);
