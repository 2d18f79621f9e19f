-- Why: an answer that is kept for a request's repetition may hold a person's name, such as that of a file, so it is sealed as all personal
-- data is. What was kept in clear is forgotten: these operations may be done again by their nature, so a repetition is done anew.
-- Locks: idempotency_key exclusively while rows of the last week are looked at.

delete from idempotency_key where status is not null;
alter table idempotency_key rename column body to body_sealed;
