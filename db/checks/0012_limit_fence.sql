do $$
declare
    merchant integer := (select min(merchant_id) from merchant);
begin
    begin
        delete from limit_fence;
        raise exception 'a token could be forgotten';
    exception when restrict_violation then null;
    end;
    if merchant is not null then
        insert into limit_fence (merchant_id, token) values (merchant, 1000000) on conflict (merchant_id) do update set token = limit_fence.token + 1;
        begin
            update limit_fence set token = token where merchant_id = merchant;
            raise exception 'a token could stay as it is';
        exception when restrict_violation then null;
        end;
    end if;
    begin
        insert into limit_fence (merchant_id, token) values (2147483647, 1);
        raise exception 'a token could belong to nobody';
    exception when foreign_key_violation then null;
    end;
    raise exception 'rolled back' using errcode = 'ZZ001';
exception when sqlstate 'ZZ001' then null;
end
$$;
