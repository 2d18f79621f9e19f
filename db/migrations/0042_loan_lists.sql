-- Why: a list that confirms a loan as it is left no trace, so an older one that came late could undo what it said. The latest date of the lists that
-- named a loan is kept, and the date of each full list: what a full list lacked was not open on it.
-- Locks: loan, for the time of an update of all its rows (hundreds to some ten thousands); otherwise a new table.

alter table loan add column listed_on date not null default '-infinity';
update loan l
set listed_on = s.as_of
from (select loan_id, max(as_of) as as_of from loan_step group by loan_id) s
where s.loan_id = l.loan_id;

comment on column loan.listed_on is 'The latest date of the lists that named it, whether or not they changed it.';

create table loan_full_list (
    as_of date not null,
    constraint loan_full_list_pk primary key (as_of)
);

insert into loan_full_list select distinct as_of from loan_list where is_full;

comment on table loan_full_list is 'Dates of the full lists that were taken in whole: a loan that none named up to there was not open.';

create trigger loan_full_list_append_only before update or delete or truncate on loan_full_list
    for each statement execute function refuse_change();
