-- Why: what the registry knows of a machine's activity was counted for whoever holds it now; it is that of who held it on that very date.
-- Locks: nothing; one function.

-- When a merchant was last active, as the close of a date knew it: a sale on any machine, of our journal or imported, or what the registry knows
-- of a machine on a date on which the merchant held it. Null: never. The sums of a closed date are folded.
create or replace function merchant_active_on(of_merchant integer, on_date date) returns date language sql stable as $$
    select greatest(
        (select v.transaction_date
         from day_volume v
         where v.merchant_id = of_merchant and v.transaction_date <= on_date and v.business_date <= on_date
         group by v.transaction_date
         having sum(v.sales) > 0
         order by v.transaction_date desc
         limit 1),
        (select max(i.transaction_date) from imported_day_volume i
         where i.merchant_id = of_merchant and i.transaction_date <= on_date and i.sales > 0),
        (select max(t.known_activity_on)
         from terminal_binding b
         join terminal t using (terminal_id)
         where b.merchant_id = of_merchant and b.valid_from < ((on_date + 1)::timestamp at time zone interval '08:00')
           and b.valid_from < ((t.known_activity_on + 1)::timestamp at time zone interval '08:00')
           and b.valid_to > (t.known_activity_on::timestamp at time zone interval '08:00')))
$$;
