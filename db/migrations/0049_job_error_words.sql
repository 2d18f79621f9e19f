-- Why: a shard that ends refused keeps the refusal's code. Codes may have words in camel case (of an attribute's form, of a kind); the ledger took none of
-- them, so the shard could not even say that it was refused.
-- Locks: job_shard exclusively while its rows are read through, some thousands at most.

alter table job_shard drop constraint job_shard_error, add constraint job_shard_error check (error ~ '^[A-Za-z0-9.-]+$' and length(error) <= 100);
