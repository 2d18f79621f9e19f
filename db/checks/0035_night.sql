do $$
begin
    begin
        insert into job_shard (job, business_date, shard, shards, due_at, asked_by, asked_at, chain)
        values ('check', '2026-01-01', 0, 1, now(), 'check', now(), 'night');
        raise exception 'a job could stand in a chain without a place';
    exception when check_violation then null;
    end;
    insert into night_run values ('2026-01-01', true, 'check', now(), null);
    begin
        update night_run set insist = false;
        raise exception 'what was insisted on could be unsaid';
    exception when restrict_violation then null;
    end;
    begin
        delete from night_run;
        raise exception 'a night could be forgotten';
    exception when restrict_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
