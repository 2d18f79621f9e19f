do $$
begin
    insert into business_day_close (business_date, closed_at, complete, insisted, findings) values ('2001-01-01', now(), true, false, 0);
    begin
        insert into business_day_close (business_date, closed_at, complete, insisted, findings) values ('2001-01-01', now(), true, false, 0);
        raise exception 'a day could be closed twice';
    exception when unique_violation then null;
    end;
    begin
        delete from business_day_close;
        raise exception 'a close could be deleted';
    exception when restrict_violation then null;
    end;
    perform 1 from idle_finding limit 1;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
