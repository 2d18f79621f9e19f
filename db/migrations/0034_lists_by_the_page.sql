-- Why: some lists read the whole fleet for one page. When a machine's inspection is due is a column with an index in the order of the list; what
-- names a branch, a work order's application or machine, or a case's machine is found by an index.
-- Locks: terminal exclusively while it is written anew with two columns (some seconds with 150,000 machines); the other tables against writing
-- while their indexes are built.

alter table terminal add column last_inspected_on date;
update terminal t set last_inspected_on = i.inspected_on
from (select terminal_id, max(inspected_on) as inspected_on from terminal_inspection group by terminal_id) i
where i.terminal_id = t.terminal_id;
alter table terminal add column inspection_due_on date
    generated always as ((greatest(last_inspected_on, installed_on) + interval '1 year')::date) stored;

comment on column terminal.last_inspected_on is 'Of terminal_inspection, kept by whoever adds one.';
comment on column terminal.inspection_due_on is 'A year after the last inspection, or after the installation when that is later.';

create index terminal_by_due_inspection on terminal (inspection_due_on, terminal_no) where state in ('installed', 'active', 'watch', 'suspended');
create index merchant_application_by_branch on merchant_application (branch_code, application_id);
create index work_order_by_application on work_order (application_id) where application_id is not null;
create index work_order_by_terminal on work_order (terminal_id) where terminal_id is not null;
create index binding_case_by_terminal on binding_case (terminal_id);
