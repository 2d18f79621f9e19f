do $$
begin
    -- The decrees of two years: 28 and 33 days off, 5 and 6 weekends worked instead.
    if (select array_agg(n order by n.year) from (
            select year, count(*) filter (where not works) as off, count(*) filter (where works) as worked from working_day group by year) n)::text
       <> '{"(2025,28,5)","(2026,33,6)"}' then
        raise exception 'holidays are not those of the decrees: %', (select array_agg(n order by n.year)::text from (
            select year, count(*) filter (where not works) as off, count(*) filter (where works) as worked from working_day group by year) n);
    end if;
    begin
        insert into working_day (on_date, year, works, name) values ('2026-03-03', 2026, true, 'x');
        raise exception 'a Tuesday could be worked instead of a holiday';
    exception when check_violation then null;
    end;
    begin
        insert into working_day (on_date, year, works, name) values ('2025-03-03', 2026, false, 'x');
        raise exception 'a day could be of another year';
    exception when check_violation then null;
    end;
end
$$;
