-- Why: a merchant has a trade name beside the registered one.
-- Locks: merchant exclusively for a moment (a constant default), and against writing while an index over trade names, which are none yet, is built.

alter table merchant add column trade_name text not null default '';
comment on column merchant.trade_name is 'As over the door; empty where nobody told it.';
create index merchant_by_trade_name_part on merchant using gin (name_bigrams(trade_name)) with (fastupdate = off) where trade_name <> '';
