-- Why: a file says under which branch a merchant is, not in whose hands it comes. hand_over_merchant() let what was planned for later begin
-- on the day of the file; here what is planned stays planned, with the other branch.
-- Locks: none; a new function.

create function move_merchant_care(merchant integer, on_date date, branch_before text, branch text) returns void language plpgsql as $$
declare
    held merchant_care;
begin
    if not exists (select from merchant_care c where c.merchant_id = merchant and not c.voided) then
        insert into merchant_care (merchant_id, valid_from, branch_code) values (merchant, '-infinity', branch_before);
    end if;
    for held in select * from merchant_care c where c.merchant_id = merchant and not c.voided and c.valid_to > on_date order by c.valid_from loop
        if held.valid_from < on_date then
            update merchant_care c set valid_to = on_date where c.care_id = held.care_id;
        else
            update merchant_care c set voided = true where c.care_id = held.care_id;
        end if;
        insert into merchant_care (merchant_id, valid_from, valid_to, manager_code, branch_code, handover_id)
        values (merchant, greatest(held.valid_from, on_date), held.valid_to, held.manager_code, branch,
                case when held.valid_from >= on_date then held.handover_id end);
    end loop;
end
$$;

comment on function move_merchant_care is 'Puts a merchant under another branch from a date on, in the hands it is and will be in. The caller has locked the merchant.';
