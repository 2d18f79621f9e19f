-- Why: a request's key is somebody's: another's key shows nothing of them. Operations that do not keep the key in their own transaction claim
-- it before they begin and record what they answered, so that every changing operation can be repeated alike. Old keys are found by age.
-- Locks: idempotency_key exclusively while its primary key and an index are built; it has one row for each act of the last weeks.

alter table idempotency_key
    add column actor         text not null default 'operator',
    add column claim         uuid,
    add column claimed_until timestamptz,
    add column status        smallint,
    add column content_type  text,
    add column location      text,
    add column etag          text,
    add column body          bytea,
    drop constraint idempotency_key_pk,
    add constraint idempotency_key_pk primary key (actor, key),
    add constraint idempotency_key_claimed check ((claim is null) = (claimed_until is null)),
    add constraint idempotency_key_answered_once check (num_nonnulls(claim, status, answer) <= 1),
    add constraint idempotency_key_has_body check ((status is null) = (body is null));
alter table idempotency_key alter column actor drop default;

comment on column idempotency_key.claim is 'Set while a request is under way whose operation does not keep its key in its own transaction.';
comment on column idempotency_key.answer is 'What an act that keeps its key in its own transaction answered; null only inside that transaction.';
comment on column idempotency_key.status is 'With the columns behind it, the HTTP answer of any other operation.';

create index idempotency_key_age on idempotency_key (at);
