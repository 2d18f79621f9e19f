do $$
begin
    insert into job_shard (job, business_date, shard, shards, due_at, asked_by, asked_at)
    values ('check', '2001-01-01', 0, 1, now(), 'check', now());
    begin
        insert into job_shard (job, business_date, shard, shards, due_at, asked_by, asked_at)
        values ('check', '2001-01-01', 0, 1, now(), 'check', now());
        raise exception 'a shard could be asked for twice';
    exception when unique_violation then null;
    end;
    begin
        update job_shard set state = 'running', owner = 'check', lease_until = clock_timestamp() where job = 'check';
        raise exception 'a shard could be claimed without a new token';
    exception when restrict_violation then null;
    end;
    update job_shard set state = 'running', owner = 'check', lease_until = clock_timestamp(), token = token + 1 where job = 'check';
    begin
        update job_shard set owner = 'another' where job = 'check';
        raise exception 'a lease could change hands under one token';
    exception when restrict_violation then null;
    end;
    begin
        update job_shard set token = 0 where job = 'check';
        raise exception 'a token could be lowered';
    exception when restrict_violation then null;
    end;
    begin
        update job_shard set state = 'done', ended_at = now() where job = 'check';
        raise exception 'an ended shard could keep its lease';
    exception when check_violation then null;
    end;
    begin
        update job_shard set error = 'Card 62 of Mr Li' where job = 'check';
        raise exception 'an error could be a sentence';
    exception when check_violation then null;
    end;
    begin
        delete from job_shard where job = 'check';
        raise exception 'a shard could be deleted';
    exception when restrict_violation then null;
    end;
    insert into book_verdict (business_date, run, code, checked_at, rows_checked, misses) values ('2001-01-01', 1, 'check', now(), 0, '[]');
    begin
        update book_verdict set misses = '[]' where code = 'check';
        raise exception 'a verdict could be changed';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
