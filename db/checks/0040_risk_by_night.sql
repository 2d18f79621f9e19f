do $$
begin
    if not exists (select from pg_indexes where indexname = 'merchant_risk_grade_on') then
        raise exception 'merchants by risk are found by reading all grades';
    end if;
    update blacklist_entry_former set reason = '';
    raise exception 'what an entry said could be changed';
exception when others then
    if sqlerrm not like '%append-only%' and sqlerrm not like '%append only%' then raise; end if;
end
$$;
