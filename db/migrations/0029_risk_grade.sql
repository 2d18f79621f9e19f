-- Why: each merchant has a risk grade with its reasons, computed by points and bounds that are data, or overridden by a person for a time.
-- Locks: none; new tables.

-- What a risk grade is computed from. Points and bounds are the bank's to set: a change is another row with a later date.
create table risk_points (
    factor         text    not null,
    effective_from date    not null,
    points         integer not null,
    source         text    not null,
    constraint risk_points_pk primary key (factor, effective_from),
    constraint risk_points_factor check (factor in ('mccHigh', 'mccMedium', 'openUnder90Days', 'openUnder1Year', 'mostlyWithoutCard', 'bindingCaseOpen',
                                                    'inspectionNotInOrder', 'blacklistCaseOpen', 'blacklistDismissed', 'mediumFrom', 'highFrom')),
    constraint risk_points_range check (points between 0 and 1000)
);

insert into risk_points (factor, effective_from, points, source) values
    ('mccHigh', '-infinity', 40, 'unverified'), ('mccMedium', '-infinity', 20, 'unverified'),
    ('openUnder90Days', '-infinity', 20, 'unverified'), ('openUnder1Year', '-infinity', 10, 'unverified'),
    ('mostlyWithoutCard', '-infinity', 10, 'unverified'), ('bindingCaseOpen', '-infinity', 20, 'unverified'),
    ('inspectionNotInOrder', '-infinity', 20, 'unverified'), ('blacklistCaseOpen', '-infinity', 60, 'unverified'),
    ('blacklistDismissed', '-infinity', 10, 'unverified'),
    ('mediumFrom', '-infinity', 30, 'unverified'), ('highFrom', '-infinity', 60, 'unverified');

create table mcc_risk (
    mcc            text    not null,
    effective_from date    not null,
    risk           text    not null,
    source         text    not null,
    constraint mcc_risk_pk primary key (mcc, effective_from),
    constraint mcc_risk_mcc check (mcc ~ '^[0-9]{4}$'),
    constraint mcc_risk_risk check (risk in ('low', 'medium', 'high'))
);

comment on table mcc_risk is 'Trades that are known for cash-out, gambling and resale; a trade that is not here is low.';

insert into mcc_risk (mcc, effective_from, risk, source) values
    ('5094', '-infinity', 'high', 'unverified'), ('5944', '-infinity', 'high', 'unverified'), ('5933', '-infinity', 'high', 'unverified'),
    ('5813', '-infinity', 'high', 'unverified'), ('7911', '-infinity', 'high', 'unverified'), ('7995', '-infinity', 'high', 'unverified'),
    ('7298', '-infinity', 'high', 'unverified'), ('6211', '-infinity', 'high', 'unverified'), ('6051', '-infinity', 'high', 'unverified'),
    ('4812', '-infinity', 'medium', 'unverified'), ('4814', '-infinity', 'medium', 'unverified'), ('5732', '-infinity', 'medium', 'unverified'),
    ('5921', '-infinity', 'medium', 'unverified'), ('5993', '-infinity', 'medium', 'unverified'), ('7011', '-infinity', 'medium', 'unverified'),
    ('1520', '-infinity', 'medium', 'unverified'), ('7013', '-infinity', 'medium', 'unverified'), ('5511', '-infinity', 'medium', 'unverified');

-- Dated; a row is ended by the next, never edited otherwise.
create table merchant_risk_grade (
    merchant_id integer     not null,
    grade_no    integer     not null,
    grade       text        not null,
    basis       text        not null,
    points      integer     not null,
    reasons     jsonb       not null,
    valid_from  date        not null,
    valid_to    date        not null default 'infinity',
    why         text        not null default '',
    actor       text        not null,
    at          timestamptz not null,
    ended_in    integer,
    constraint merchant_risk_grade_pk primary key (merchant_id, grade_no),
    constraint merchant_risk_grade_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint merchant_risk_grade_grade check (grade in ('low', 'medium', 'high')),
    constraint merchant_risk_grade_basis check (basis in ('computed', 'override')),
    constraint merchant_risk_grade_says_why check (basis = 'computed' or (why <> '' and valid_to < 'infinity')),
    constraint merchant_risk_grade_order check (valid_from < valid_to or ended_in is not null)
);

comment on column merchant_risk_grade.ended_in is 'The grade that took its place before its time; null of the one in force, or of one that ran out.';

create index merchant_risk_grade_in_force on merchant_risk_grade (grade, merchant_id) where ended_in is null;
