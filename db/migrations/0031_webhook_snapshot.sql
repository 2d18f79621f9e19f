-- Why: a webhook heard of events with a higher number than the highest of its making. A number is taken when an event is written, not when it
-- is committed, so one that was under way then was heard by nobody. What was committed before, and only that, is what a snapshot sees.
-- Those that exist have been handed all events up to outbox_reading.upto; what comes after it is still theirs.
-- Locks: webhook exclusively, for at most some tens of rows.

alter table webhook add column made_in pg_snapshot;
update webhook set made_in = (select format('%s:%s:', upto, upto)::pg_snapshot from outbox_reading);
alter table webhook alter column made_in set not null, drop column after_event;

comment on column webhook.made_in is 'What was committed when it was made: it hears of all else, also of what was under way.';
