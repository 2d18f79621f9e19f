-- Why: an order to install a machine or hand out a plate was never done or given up, so the list of open ones only grew, and nobody who looked at it
-- could tell what was left to do. Installing ends an order, closing the merchant ends the rest.
-- What was installed before this is set against the orders: machines of the model first, each ends one order of its merchant.
-- Locks: work_order exclusively while it is filled in; one row for each machine that was ever asked for.

alter table work_order add column ended_at timestamptz, add column ended_why text;

with installed as (
    select b.merchant_id, case t.kind when 'qrPlate' then 'handOutPlate' else 'install' end as kind, t.model, t.terminal_id, s.at,
           row_number() over (partition by b.merchant_id, t.kind, t.model order by s.at, t.terminal_id) as nth
    from terminal_step s
    join terminal t using (terminal_id)
    join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_from <= s.at and s.at < b.valid_to
    where s.act = 'install'
), wanted as (
    select work_order_id, merchant_id, kind, model, created_at,
           row_number() over (partition by merchant_id, kind, model order by work_order_id) as nth
    from work_order where state = 'open'
)
update work_order w set state = 'done', terminal_id = i.terminal_id, ended_at = i.at, version = w.version + 1
from wanted o join installed i using (merchant_id, kind, model, nth)
where w.work_order_id = o.work_order_id and i.at >= o.created_at;

update work_order w set state = 'cancelled', ended_at = m.changed_at, ended_why = 'merchantClosed', version = w.version + 1
from merchant m where m.merchant_id = w.merchant_id and m.state = 'closed' and w.state = 'open';

alter table work_order
    add constraint work_order_ended check ((state = 'open') = (ended_at is null)),
    add constraint work_order_done_by check ((state = 'done') = (terminal_id is not null)),
    add constraint work_order_cancelled_why check ((state = 'cancelled') = (ended_why is not null));

create index work_order_open on work_order (merchant_id, kind, work_order_id) where state = 'open';
