-- Why: tiers, quotes and screens need a past (domain §6: 24 months) that another system's day sums tell. They are kept apart from
-- day_volume, whose sums are those of our journal to the fen, and are shown as imported.
-- Locks: nothing that exists; new tables and a view.

create table volume_import (
    import_id      uuid        not null,
    content_sha256 bytea       not null,
    rows           integer     not null,
    added          integer     not null,
    first_date     date        not null,
    last_date      date        not null,
    actor          text        not null,
    at             timestamptz not null,
    constraint volume_import_pk primary key (import_id)
);

create table imported_day_volume (
    transaction_date date    not null,
    merchant_id      integer not null,
    terminal_id      integer not null,
    sales            integer not null,
    refunds          integer not null,
    gross_fen        bigint  not null,
    refund_fen       bigint  not null,
    fee_fen          bigint  not null,
    import_id        uuid    not null,
    constraint imported_day_volume_pk primary key (merchant_id, transaction_date, terminal_id),
    constraint imported_day_volume_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint imported_day_volume_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint imported_day_volume_import_fk foreign key (import_id) references volume_import (import_id),
    constraint imported_day_volume_range check (sales >= 0 and refunds >= 0 and gross_fen >= 0 and refund_fen >= 0)
);

create index imported_day_volume_by_terminal on imported_day_volume (terminal_id, transaction_date);

create trigger volume_import_append_only before update or delete or truncate on volume_import
    for each statement execute function refuse_change();
create trigger imported_day_volume_append_only before update or delete or truncate on imported_day_volume
    for each statement execute function refuse_change();

-- Activity with its past: what our journal says, and what was imported of the time before it. What money hangs on reads
-- day_volume_current.
create view day_activity as
select transaction_date, merchant_id, terminal_id, business_date, sales, refunds, reversals, gross_fen, refund_fen, fee_fen, false as imported
from day_volume_current
union all
select transaction_date, merchant_id, terminal_id, transaction_date, sales, refunds, 0, gross_fen, refund_fen, fee_fen, true
from imported_day_volume;
