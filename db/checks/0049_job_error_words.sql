do $$
begin
    if 'attribute.value-yesNo' !~ (select substring(pg_get_constraintdef(oid) from '''(\^[^'']+)''') from pg_constraint where conname = 'job_shard_error') then
        raise exception 'a refusal in camel case cannot be kept';
    end if;
end
$$;
