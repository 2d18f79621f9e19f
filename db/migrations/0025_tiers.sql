-- Why: merchants are ranked (domain §4): big five and small five, rural, real estate, named groups; within a tier by activity. The rules are
-- data with a version, adopted from a date on. What was decided stays, so that any past date is answered as it was then (decision 0019).
-- Locks: merchant, merchant_attribute, merchant_mcc, merchant_group and merchant_group_member exclusively, for a moment: triggers. No row is
-- rewritten.

create table tier_rule_set (
    version    integer     not null,
    content    text        not null,
    created_by text        not null,
    created_at timestamptz not null,
    constraint tier_rule_set_pk primary key (version),
    constraint tier_rule_set_is_json check (jsonb_typeof(content::jsonb) = 'object')
);

create trigger tier_rule_set_append_only before update or delete or truncate on tier_rule_set
    for each statement execute function refuse_change();

create table tier_rule_adoption (
    effective_from date        not null,
    version        integer     not null,
    why            text        not null,
    adopted_by     text        not null,
    adopted_at     timestamptz not null,
    constraint tier_rule_adoption_pk primary key (effective_from),
    constraint tier_rule_adoption_version_fk foreign key (version) references tier_rule_set (version),
    constraint tier_rule_adoption_says_why check (why <> '')
);

comment on table tier_rule_adoption is 'The rules of a business date are those of the latest adoption on or before it.';

create trigger tier_rule_adoption_append_only before update or delete or truncate on tier_rule_adoption
    for each statement execute function refuse_change();

-- Domain §4. Thresholds and effects are [U]: settings to begin with, no source confirms them.
insert into tier_rule_set (version, content, created_by, created_at) values (1, '{
"name": "Big five and small five, rural, real estate (domain §4)",
"rules": [
{"code":"hotel","tier":"bigHotel","dimension":"industry","class":"big","mccs":["7011"],"attribute":"starRating","min":3,"source":"Bank''s own list: hotels of three stars and up [S]"},
{"code":"store","tier":"bigStore","dimension":"industry","class":"big","mccs":["5311","5411","5300"],"attribute":"large","source":"Bank''s own list: large department stores and supermarkets [S]"},
{"code":"salesFloor","tier":"bigSalesFloor","dimension":"industry","class":"big","mccs":["5200","5211","5712","5722","5732"],"attribute":"salesFloor","source":"Bank''s own list: sales floors [S]"},
{"code":"car4S","tier":"bigCar4S","dimension":"industry","class":"big","mccs":["5511"],"attribute":"authorised4S","source":"Bank''s own list: car 4S dealers [S]"},
{"code":"entertainment","tier":"bigEntertainment","dimension":"industry","class":"big","mccs":["7911","5813","7997","7298","7992"],"attribute":"highEnd","source":"Bank''s own list: high-end entertainment venues and clubs [S]"},
{"code":"convenience","tier":"smallConvenience","dimension":"industry","class":"small","mccs":["5331"],"source":"Bank''s own list: convenience stores [S]"},
{"code":"cafe","tier":"smallCafe","dimension":"industry","class":"small","mccs":["5812","5814","5451"],"attribute":"cafe","source":"Bank''s own list: cafés [S]; before fast food, since a chain of cafés is cafés [U]"},
{"code":"fastFood","tier":"smallFastFood","dimension":"industry","class":"small","mccs":["5814"],"attribute":"chain","source":"Bank''s own list: chain fast food [S]"},
{"code":"gift","tier":"smallGiftShop","dimension":"industry","class":"small","mccs":["5947"],"source":"Bank''s own list: gift shops [S]"},
{"code":"cinema","tier":"smallCinema","dimension":"industry","class":"small","mccs":["7832","7922"],"source":"Bank''s own list: cinemas and theatres [S]"},
{"code":"rural","tier":"ruralKeyTownship","dimension":"rural","mccs":["5411","5331","5499","7011","4814","4812","5541","5542","5722","5732","5712","5714","5719","5211","5231","5251","5039"],"keyTownship":true,"source":"Bank''s own list: key rural townships [S]"},
{"code":"project","tier":"realEstateProject","dimension":"realEstate","mccs":["1520","7013","6513"],"attribute":"realEstateProject","source":"Bank''s own list: real-estate projects [S]"},
{"code":"named","tier":"namedGroup","dimension":"namedGroup","groups":["*"],"source":"Imported lists [S]"}
],
"keyTownships": [],
"thresholds": [
{"for":"big","grade":"a","netFenMin":300000000,"activePercentMin":80,"commissionFenMin":300000,"source":"unverified [U]"},
{"for":"big","grade":"b","netFenMin":100000000,"activePercentMin":60,"commissionFenMin":100000,"source":"unverified [U]"},
{"for":"big","grade":"c","netFenMin":10000000,"activePercentMin":20,"commissionFenMin":0,"source":"unverified [U]"},
{"for":"small","grade":"a","netFenMin":30000000,"activePercentMin":80,"commissionFenMin":30000,"source":"unverified [U]"},
{"for":"small","grade":"b","netFenMin":10000000,"activePercentMin":60,"commissionFenMin":10000,"source":"unverified [U]"},
{"for":"small","grade":"c","netFenMin":1000000,"activePercentMin":20,"commissionFenMin":0,"source":"unverified [U]"}
],
"hysteresis": {"promotionMonths":2,"demotionMonths":2,"keepPercent":80,"source":"unverified [U]"},
"effects": [
{"for":"big","visitEveryDays":30,"source":"unverified [U]"},
{"for":"small","visitEveryDays":90,"source":"unverified [U]"},
{"for":"big","gradeAtLeast":"a","feePlan":[{"payType":"card","cardKind":"debit","steps":[{"ratePercent":"0.50","capFen":2000}]},{"payType":"card","cardKind":"credit","steps":[{"ratePercent":"0.60"}]}],"source":"unverified [U]"},
{"for":"big","gradeAtLeast":"b","creditLinePrescreen":true,"repaymentSharePercent":"10","source":"unverified [U]"},
{"for":"small","gradeAtLeast":"b","creditLinePrescreen":true,"repaymentSharePercent":"15","source":"unverified [U]"},
{"for":"ruralKeyTownship","visitEveryDays":90,"source":"unverified [U]"},
{"for":"realEstateProject","visitEveryDays":30,"source":"unverified [U]"}
]
}', 'migration', '2026-11-22T00:00:00Z');
insert into tier_rule_adoption (effective_from, version, why, adopted_by, adopted_at)
values ('-infinity', 1, 'The rules to begin with.', 'migration', '2026-11-22T00:00:00Z');

-- Merchants whose inputs change on a date. Appended in the transaction of the change, by whoever makes it, without a unique key: a row that
-- another transaction has written already would not be written again, and might be taken before the change is there.
create table tier_due (
    merchant_id integer not null,
    due_on      date    not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

comment on column tier_due.due_on is 'The run of this date or the first one after it judges the merchant again; -infinity: the next one.';

create index tier_due_by_merchant on tier_due (merchant_id, due_on);

create function note_new_merchants() returns trigger language plpgsql as $$
begin
    insert into tier_due (merchant_id, due_on) select merchant_id, '-infinity' from added;
    return null;
end
$$;
create trigger merchant_is_due_for_tiers after insert on merchant referencing new table as added
    for each statement execute function note_new_merchants();

create function note_moved_merchant() returns trigger language plpgsql as $$
begin
    insert into tier_due (merchant_id, due_on) values (new.merchant_id, '-infinity');
    return null;
end
$$;
create trigger merchant_is_due_again after update on merchant for each row
    when (old.township is distinct from new.township or old.mcc is distinct from new.mcc) execute function note_moved_merchant();

-- The dates at which what a row says begins and ends to hold, before and after.
create function note_dated_input() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        insert into tier_due (merchant_id, due_on)
        select new.merchant_id, d from (values (old.valid_from), (old.valid_to), (new.valid_from), (new.valid_to)) v (d)
        where d < 'infinity' group by d;
    else
        insert into tier_due (merchant_id, due_on)
        select new.merchant_id, d from (values (new.valid_from), (new.valid_to)) v (d) where d < 'infinity';
    end if;
    return null;
end
$$;
create trigger merchant_attribute_is_due after insert or update on merchant_attribute
    for each row execute function note_dated_input();
create trigger merchant_group_member_is_due after insert or update on merchant_group_member
    for each row execute function note_dated_input();

create function note_new_mcc() returns trigger language plpgsql as $$
begin
    insert into tier_due (merchant_id, due_on) values (new.merchant_id, new.effective_from);
    return null;
end
$$;
create trigger merchant_mcc_is_due after insert on merchant_mcc for each row execute function note_new_mcc();

create function note_group_kind() returns trigger language plpgsql as $$
begin
    insert into tier_due (merchant_id, due_on)
    select distinct merchant_id, '-infinity'::date from merchant_group_member where group_code = new.group_code;
    return null;
end
$$;
create trigger merchant_group_is_due after update on merchant_group for each row
    when (old.kind is distinct from new.kind) execute function note_group_kind();

-- A run of the tiers for a business date: by what rules, and what belongs to it. Decided when it begins, so that all its parts agree.
create table tier_night (
    business_date    date        not null,
    rule_set_version integer     not null,
    judges_all       boolean     not null,
    judged_month     date,
    blocks           integer     not null,
    begun_at         timestamptz not null,
    constraint tier_night_pk primary key (business_date),
    constraint tier_night_rules_fk foreign key (rule_set_version) references tier_rule_set (version),
    constraint tier_night_month check (extract(day from judged_month) = 1 and judged_month < business_date)
);

comment on column tier_night.judges_all is 'The first run, or other rules than the run before.';
comment on column tier_night.judged_month is 'The month whose activity it grades: the one before, on the first run of a month.';
comment on column tier_night.blocks is 'Ten thousand merchant ids a block, from 0 on.';

create trigger tier_night_append_only before update or delete or truncate on tier_night
    for each statement execute function refuse_change();

-- A part of a run that is done, written in the transaction that did it: done again, it finds this and does nothing.
create table tier_block_run (
    block_no      integer     not null,
    business_date date        not null,
    judged        integer     not null,
    graded        integer     not null,
    written       integer     not null,
    done_at       timestamptz not null,
    constraint tier_block_run_pk primary key (block_no, business_date),
    constraint tier_block_run_night_fk foreign key (business_date) references tier_night (business_date)
);

create trigger tier_block_run_append_only before update or delete or truncate on tier_block_run
    for each statement execute function refuse_change();

create table tier_decision (
    merchant_id      integer     not null,
    dimension        text        not null,
    judged_on        date        not null,
    move             text        not null,
    outcome          text        not null,
    tier             text,
    class            text,
    grade            text,
    since            date        not null,
    rule_set_version integer     not null,
    reasons          text        not null,
    document         text        not null,
    decided_at       timestamptz not null,
    constraint tier_decision_pk primary key (merchant_id, dimension, judged_on),
    constraint tier_decision_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint tier_decision_dimension check (dimension in ('industry', 'rural', 'realEstate', 'namedGroup')),
    constraint tier_decision_move check (move in ('first', 'promotion', 'demotion', 'changed', 'lost')),
    constraint tier_decision_outcome check (outcome in ('tier', 'notEnoughEvidence', 'none') and (outcome = 'tier') = (tier is not null)),
    constraint tier_decision_grade check (grade is null or grade in ('a', 'b', 'c', 'd') and tier is not null),
    constraint tier_decision_reasons check (reasons <> '')
);

comment on table tier_decision is 'One row when the answer of a dimension changes; the answer of any date is the latest row on or before it.';
comment on column tier_decision.reasons is 'Words divided by commas.';
comment on column tier_decision.document is 'Canonical JSON: rule, evidence, what is missing, what would change it. Shown as it is.';

create index tier_decision_by_date on tier_decision (judged_on, merchant_id, dimension);

create trigger tier_decision_append_only before update or delete or truncate on tier_decision
    for each statement execute function refuse_change();

create table tier_judging (
    merchant_id      integer not null,
    month            date    not null,
    judged_on        date    not null,
    tier             text    not null,
    net_fen          bigint  not null,
    active_days      integer not null,
    counted_days     integer not null,
    commission_fen   bigint  not null,
    reached          text    not null,
    kept             text    not null,
    rule_set_version integer not null,
    constraint tier_judging_pk primary key (merchant_id, month),
    constraint tier_judging_days check (active_days between 0 and counted_days and counted_days > 0),
    constraint tier_judging_grades check (reached in ('a', 'b', 'c', 'd') and kept in ('a', 'b', 'c', 'd') and kept <= reached)
);

comment on table tier_judging is 'Monthly: the activity of a merchant with an industry tier over this month and the two before it, as known on the night.';

create trigger tier_judging_append_only before update or delete or truncate on tier_judging
    for each statement execute function refuse_change();

-- The latest decision of each merchant and dimension, for the next run and for lists. Follows tier_decision in its transaction.
create table merchant_tier (
    merchant_id integer not null,
    dimension   text    not null,
    judged_on   date    not null,
    tier        text,
    grade       text,
    constraint merchant_tier_pk primary key (merchant_id, dimension)
);

create index merchant_tier_by_tier on merchant_tier (tier, grade, merchant_id) where tier is not null;
