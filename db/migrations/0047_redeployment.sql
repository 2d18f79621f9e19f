-- Why: an idle machine that is fetched, or is going to be, may stand at the next merchant instead of a new one (domain §2). What was chosen is bound to the
-- order that waits for a machine, and what it saved is counted.
-- Locks: work_order against writing while an index is built, for a moment.

create table redeployment (
    redeployment_id bigint      generated always as identity,
    work_order_id   bigint      not null,
    terminal_id     integer     not null,
    removal_id      bigint,
    source          text        not null,
    distance_metres integer,
    saved_fen       bigint      not null,
    why             text        not null,
    actor           text        not null,
    at              timestamptz not null,
    released_at     timestamptz,
    released_why    text,
    constraint redeployment_pk primary key (redeployment_id),
    constraint redeployment_order_fk foreign key (work_order_id) references work_order (work_order_id),
    constraint redeployment_terminal_fk foreign key (terminal_id) references terminal (terminal_id),
    constraint redeployment_removal_fk foreign key (removal_id) references removal (removal_id),
    constraint redeployment_source check (source in ('inStock', 'recovered', 'removalOrdered')),
    constraint redeployment_saved check (saved_fen >= 0),
    constraint redeployment_released check ((released_at is null) = (released_why is null))
);

comment on column redeployment.saved_fen is 'What a new machine cost by the terms of that day.';
comment on column redeployment.released_why is 'The machine sold, so that it stays where it is; null while it counts.';

create unique index redeployment_one_order on redeployment (work_order_id) where released_at is null;
create unique index redeployment_one_machine on redeployment (terminal_id) where released_at is null;
