-- Why: T+1, and every deadline that counts working days, need the holidays and the weekends that are worked instead (domain §5). They are decreed
-- year by year, so they are data with a source, changed by people; a year without a row is not known, and only its weekends are assumed.
-- Locks: nothing that exists; new tables only.

create table working_year (
    year       integer     not null,
    source     text        not null,
    version    integer     not null default 1,
    actor      text        not null,
    changed_at timestamptz not null,
    constraint working_year_pk primary key (year),
    constraint working_year_range check (year between 2000 and 2099),
    constraint working_year_source check (length(source) between 1 and 200)
);

-- The days that differ from Monday to Friday are worked, Saturday and Sunday are not.
create table working_day (
    on_date date    not null,
    year    integer not null,
    works   boolean not null,
    name    text    not null,
    constraint working_day_pk primary key (on_date),
    constraint working_day_year_fk foreign key (year) references working_year (year),
    constraint working_day_in_its_year check (extract(year from on_date) = year),
    constraint working_day_name check (length(name) between 1 and 40),
    constraint working_day_only_weekends_are_worked_instead check (not works or extract(isodow from on_date) in (6, 7))
);

insert into working_year (year, source, actor, changed_at) values
    (2025, '国办发明电〔2024〕12号, source: unverified', 'migration', now()),
    (2026, '国办发明电〔2025〕7号, source: unverified', 'migration', now());

insert into working_day (on_date, year, works, name)
select d::date, extract(year from d)::integer, false, h.name
from (values
    ('2025-01-01'::date, '2025-01-01'::date, '元旦'), ('2025-01-28', '2025-02-04', '春节'), ('2025-04-04', '2025-04-06', '清明节'),
    ('2025-05-01', '2025-05-05', '劳动节'), ('2025-05-31', '2025-06-02', '端午节'), ('2025-10-01', '2025-10-08', '国庆节、中秋节'),
    ('2026-01-01', '2026-01-03', '元旦'), ('2026-02-15', '2026-02-23', '春节'), ('2026-04-04', '2026-04-06', '清明节'),
    ('2026-05-01', '2026-05-05', '劳动节'), ('2026-06-19', '2026-06-21', '端午节'), ('2026-09-25', '2026-09-27', '中秋节'),
    ('2026-10-01', '2026-10-07', '国庆节')) as h (first, last, name)
cross join generate_series(h.first, h.last, interval '1 day') d;

insert into working_day (on_date, year, works, name)
select d::date, extract(year from d::date)::integer, true, '调休上班'
from unnest(array['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11',
                  '2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']) d;
