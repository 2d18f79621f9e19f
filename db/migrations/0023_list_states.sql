-- Why: a list of the few that are in a rare state (suspended merchants, lost machines) read all of the bank to find them.
-- Locks: merchant and terminal against writes while their index is built: under a second for 100,000 rows.

create index merchant_by_rare_state on merchant (state) where state <> 'active';
create index terminal_by_rare_state on terminal (state) where state <> 'active';
