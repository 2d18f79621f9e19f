do $$
declare
    line text;
    used text := '';
begin
    set local enable_seqscan = off;
    for line in execute $q$explain select from merchant where state = any ('{suspended,closed}')$q$ loop
        used := used || line;
    end loop;
    for line in execute $q$explain select from terminal where state = any ('{lost}')$q$ loop
        used := used || line;
    end loop;
    if used not like '%merchant_by_rare_state%' or used not like '%terminal_by_rare_state%' then
        raise exception 'a list of a rare state reads the whole bank: %', used;
    end if;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
