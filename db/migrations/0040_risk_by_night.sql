-- Why: grades are computed each night, so that each merchant has one and its reasons are those of today. The list by grade read all grades that were
-- ever ended; it asks by date, so the index has dates. The night finds its own by date.
-- What a list of the blacklist said of an entry before another list changed it is kept: a case was opened for that reason.
-- Locks: merchant_risk_grade against writing while it is indexed; blacklist_entry_former is new.

drop index merchant_risk_grade_in_force;
create index merchant_risk_grade_on on merchant_risk_grade (grade, valid_to, valid_from, merchant_id);
create index merchant_risk_grade_of_night on merchant_risk_grade (valid_from) where why = 'nightRun';

create table blacklist_entry_former (
    blacklist_entry_id integer     not null,
    until              timestamptz not null,
    listed_on          date        not null,
    reason             text        not null,
    constraint blacklist_entry_former_pk primary key (blacklist_entry_id, until),
    constraint blacklist_entry_former_entry_fk foreign key (blacklist_entry_id) references blacklist_entry (blacklist_entry_id)
);

comment on table blacklist_entry_former is 'What an entry said until a later list of its source said otherwise.';
create trigger blacklist_entry_former_append_only before update or delete or truncate on blacklist_entry_former
    for each statement execute function refuse_change();
