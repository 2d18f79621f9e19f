-- Why: a sale is judged by what one activation of its merchant's grain counts in memory. When its silo dies or stands still another comes up,
-- which cannot know what the first let pass and is not posted yet; both together would pass the limit. So each activation raises the
-- merchant's token, under the ingest lock, before it reads the rows that it counts on; a sale names the token it was judged under, and
-- posts only while that is the latest.
-- Locks: nothing that exists; a new table only.

create table limit_fence (
    merchant_id integer not null constraint limit_fence_pk primary key
                        constraint limit_fence_merchant_fk references merchant (merchant_id),
    token       bigint  not null constraint limit_fence_token check (token > 0)
);

comment on table limit_fence is 'Merchants with limits of day or month: who counts for them. Raised and compared under the ingest lock.';

create function guard_limit_fence() returns trigger language plpgsql as $$
begin
    if new.token <= old.token then
        raise exception 'the token of merchant % cannot sink', old.merchant_id
            using errcode = 'restrict_violation', constraint = 'limit_fence_token';
    end if;
    return new;
end
$$;

create trigger limit_fence_token before update on limit_fence for each row execute function guard_limit_fence();
create trigger limit_fence_no_delete before delete or truncate on limit_fence for each statement execute function refuse_change();
