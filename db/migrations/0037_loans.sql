-- Why: loans that the bank knows of come as dated lists until loans live here (domain §6): they mark a merchant as loan-linked, and receipts are
-- held against them. What was known of a loan is kept from date to date, so that every past date is answered as it was.
-- Locks: nothing that exists; new tables and functions.

create table loan (
    loan_id     integer generated always as identity,
    loan_ref    text    not null,
    merchant_id integer not null,
    version     integer not null default 1,
    constraint loan_pk primary key (loan_id),
    constraint loan_ref_unique unique (loan_ref),
    constraint loan_merchant_fk foreign key (merchant_id) references merchant (merchant_id)
);

create index loan_by_merchant on loan (merchant_id);

create table loan_version (
    loan_id               integer not null,
    valid_from            date    not null,
    valid_to              date    not null default 'infinity',
    product               text    not null,
    principal_fen         bigint,
    outstanding_fen       bigint  not null,
    disbursed_on          date    not null,
    next_due_on           date,
    share_per_ten_million bigint  not null,
    declared_turnover_fen bigint,
    constraint loan_version_pk primary key (loan_id, valid_from),
    constraint loan_version_loan_fk foreign key (loan_id) references loan (loan_id),
    constraint loan_version_order check (valid_from < valid_to),
    constraint loan_version_outstanding check (outstanding_fen > 0 and outstanding_fen <= coalesce(principal_fen, outstanding_fen)),
    constraint loan_version_share check (share_per_ten_million between 0 and 10000000),
    constraint loan_version_turnover check (declared_turnover_fen > 0),
    constraint loan_version_disbursed check (disbursed_on <= valid_from),
    constraint loan_version_one_a_date exclude using gist (int4range(loan_id, loan_id, '[]') with &&, daterange(valid_from, valid_to) with &&)
);

comment on table loan_version is 'What the lists said of a loan from one business date to another, that one not included. Without a row a loan is not open.';
comment on column loan_version.share_per_ten_million is 'Of net receipts, agreed for repayment: 10 % is 1000000.';
comment on column loan_version.declared_turnover_fen is 'A month of 30 days.';

create index loan_version_live on loan_version (loan_id) where valid_to = 'infinity';

create table loan_step (
    loan_id integer     not null,
    version integer     not null,
    act     text        not null,
    as_of   date        not null,
    details jsonb       not null,
    actor   text        not null,
    at      timestamptz not null,
    constraint loan_step_pk primary key (loan_id, version),
    constraint loan_step_loan_fk foreign key (loan_id) references loan (loan_id),
    constraint loan_step_act check (act in ('open', 'change', 'correct', 'close', 'reopen'))
);

create trigger loan_step_append_only before update or delete or truncate on loan_step
    for each statement execute function refuse_change();

create table loan_list (
    loan_list_id integer     generated always as identity,
    as_of        date        not null,
    is_full      boolean     not null,
    rows         integer     not null,
    changes      integer     not null,
    actor        text        not null,
    at           timestamptz not null,
    constraint loan_list_pk primary key (loan_list_id),
    constraint loan_list_changes check (changes > 0)
);

comment on table loan_list is 'The lists that changed anything.';

create trigger loan_list_append_only before update or delete or truncate on loan_list
    for each statement execute function refuse_change();

-- Which merchants were loan-linked on a date, and with how much. Plain SQL, so that a query that joins it sees through it.
create function loan_on(on_date date)
    returns table (merchant_id integer, merchant_no text, loans integer, outstanding_fen bigint, first_disbursed_on date)
    language sql stable as $$
    select l.merchant_id, m.merchant_no, count(*)::integer, sum(v.outstanding_fen)::bigint, min(v.disbursed_on)
    from loan_version v
    join loan l using (loan_id)
    join merchant m using (merchant_id)
    where v.valid_from <= on_date and v.valid_to > on_date
    group by l.merchant_id, m.merchant_no
$$;

-- When a merchant was last active, as the close of a date knew it: a sale on any machine, of our journal or imported, or what the registry knows
-- of the machines it held when the date ended. Null: never. The sums of a closed date are folded.
create function merchant_active_on(of_merchant integer, on_date date) returns date language sql stable as $$
    select greatest(
        (select v.transaction_date
         from day_volume v
         where v.merchant_id = of_merchant and v.transaction_date <= on_date and v.business_date <= on_date
         group by v.transaction_date
         having sum(v.sales) > 0
         order by v.transaction_date desc
         limit 1),
        (select max(i.transaction_date) from imported_day_volume i
         where i.merchant_id = of_merchant and i.transaction_date <= on_date and i.sales > 0),
        (select max(t.known_activity_on)
         from terminal_binding b
         join terminal t using (terminal_id)
         where b.merchant_id = of_merchant and b.valid_from < ((on_date + 1)::timestamp at time zone interval '08:00')
           and b.valid_to >= ((on_date + 1)::timestamp at time zone interval '08:00')))
$$;

-- Net receipts of a merchant's days, as the close of a date knew them; of days that had any.
create function merchant_net_days(of_merchant integer, from_date date, on_date date) returns bigint[] language sql stable as $$
    select coalesce(array_agg(net order by transaction_date), '{}')
    from (select v.transaction_date, sum(v.gross_fen - v.refund_fen)::bigint as net
          from day_volume_current v
          where v.merchant_id = of_merchant and v.transaction_date between from_date and on_date and v.business_date <= on_date
          group by v.transaction_date) d
$$;
