-- Why: tariffs as dated data, prices with fixed part, minimum and monthly-volume steps, and the decisions that choose a step
-- (domain §3). A plan without rows in fee_plan_term is read from its own columns: two card prices, one step each; so plans that exist
-- keep their id and need no copy, and the registry's import goes on as it was.
-- Rates are ten-millionths: 0.02925 % is 2925. Grades: S read in a primary text, R in a secondary one, U not confirmed.
-- Locks: fee_plan, briefly, for two columns without a default; the rest are new tables.

create table tariff (
    tariff_id      smallint not null,
    code           text     not null,
    scheme         text     not null,
    effective_from date     not null,
    default_class  text     not null,
    grade          char(1)  not null,
    source         text     not null,
    constraint tariff_pk primary key (tariff_id),
    constraint tariff_one_a_date unique (effective_from),
    constraint tariff_grade check (grade in ('S', 'R', 'U'))
);

comment on column tariff.scheme is 'Which sorting of MCCs it uses; tariffs that sort alike share it.';
comment on column tariff.default_class is 'The class of an MCC that the scheme does not name.';

create table tariff_rule (
    tariff_rule_id            smallint not null,
    tariff_id                 smallint not null,
    class                     text     not null,
    card_kind                 smallint,
    issuer_rate_per_ten_million   bigint not null,
    issuer_cap_fen                bigint,
    network_rate_per_ten_million  bigint not null,
    network_cap_fen               bigint,
    acquirer_rate_per_ten_million bigint,
    acquirer_cap_fen              bigint,
    grade                     char(1)  not null,
    source                    text     not null,
    constraint tariff_rule_pk primary key (tariff_rule_id),
    constraint tariff_rule_tariff_fk foreign key (tariff_id) references tariff (tariff_id),
    constraint tariff_rule_one_a_kind unique nulls not distinct (tariff_id, class, card_kind),
    constraint tariff_rule_id_range check (tariff_rule_id > 0),
    constraint tariff_rule_class check (class in ('catering-entertainment', 'car-real-estate', 'general', 'wholesale', 'livelihood',
                                                  'public-welfare', 'standard', 'preferential')),
    constraint tariff_rule_card_kind check (card_kind in (1, 2)),
    constraint tariff_rule_rate_range check (issuer_rate_per_ten_million between 0 and 10000000
                                         and network_rate_per_ten_million between 0 and 10000000
                                         and coalesce(acquirer_rate_per_ten_million, 0) between 0 and 10000000),
    constraint tariff_rule_cap_range check (coalesce(issuer_cap_fen, 0) >= 0 and coalesce(network_cap_fen, 0) >= 0
                                        and coalesce(acquirer_cap_fen, 0) >= 0),
    constraint tariff_rule_grade check (grade in ('S', 'R', 'U'))
);

comment on table tariff_rule is 'Journal rows name a rule by its number for ever: a correction is another tariff from a date on.';
comment on column tariff_rule.card_kind is '1 debit, 2 credit; null is both.';
comment on column tariff_rule.network_rate_per_ten_million is 'The side our merchant''s sale carries. Since 2016 the issuer pays the same again, out of its own part.';
comment on column tariff_rule.acquirer_rate_per_ten_million is 'Only where the tariff sets it (2013); since 2016 the acquirer''s price is free.';

create table mcc_class (
    scheme         text    not null,
    mcc            text    not null,
    effective_from date    not null default '-infinity',
    class          text    not null,
    grade          char(1) not null,
    source         text    not null,
    constraint mcc_class_pk primary key (scheme, mcc, effective_from),
    constraint mcc_class_mcc_digits check (mcc ~ '^[0-9]{4}$'),
    constraint mcc_class_class check (class in ('catering-entertainment', 'car-real-estate', 'general', 'wholesale', 'livelihood',
                                                'public-welfare', 'standard', 'preferential')),
    constraint mcc_class_grade check (grade in ('S', 'R', 'U'))
);

insert into tariff (tariff_id, code, scheme, effective_from, default_class, grade, source) values
    (1, '发改价格〔2013〕66号', '2013', '2013-02-25', 'general', 'R', '发改价格〔2013〕66号'),
    (2, '发改价格〔2016〕557号', '2016', '2016-09-06', 'standard', 'R', '发改价格〔2016〕557号'),
    (3, '银发〔2021〕169号', '2016', '2021-09-30', 'standard', 'S', '银发〔2021〕169号, for three years'),
    (4, '银发〔2021〕169号 (continued)', '2016', '2024-09-30', 'standard', 'U', 'unverified');

insert into tariff_rule (tariff_rule_id, tariff_id, class, card_kind, issuer_rate_per_ten_million, issuer_cap_fen,
                         network_rate_per_ten_million, network_cap_fen, acquirer_rate_per_ten_million, acquirer_cap_fen, grade, source) values
    (101, 1, 'catering-entertainment', null, 90000, null, 13000, null, 22000, null, 'R', '发改价格〔2013〕66号'),
    (102, 1, 'car-real-estate', null, 90000, 6000, 13000, 1000, 22000, 1000, 'U', '发改价格〔2013〕66号; the split of the cap of 80.00 is unverified'),
    (103, 1, 'general', null, 55000, null, 8000, null, 15000, null, 'R', '发改价格〔2013〕66号'),
    (104, 1, 'wholesale', null, 55000, 2000, 8000, 250, 15000, 350, 'U', '发改价格〔2013〕66号; the split of the cap of 26.00 is unverified'),
    (105, 1, 'livelihood', null, 26000, null, 4000, null, 8000, null, 'U', '发改价格〔2013〕66号; the split of 0.38 % is unverified'),
    (106, 1, 'public-welfare', null, 0, null, 0, null, 0, null, 'R', '发改价格〔2013〕66号'),
    (201, 2, 'standard', 1, 35000, 1300, 3250, 325, null, null, 'R', '发改价格〔2016〕557号'),
    (202, 2, 'standard', 2, 45000, null, 3250, 325, null, null, 'R', '发改价格〔2016〕557号'),
    (203, 2, 'preferential', 1, 27300, 1300, 2535, 325, null, null, 'U', '发改价格〔2016〕557号; 78 % of standard is unverified for this tariff'),
    (204, 2, 'preferential', 2, 35100, null, 2535, 325, null, null, 'U', '发改价格〔2016〕557号; 78 % of standard is unverified for this tariff'),
    (205, 2, 'public-welfare', null, 0, null, 0, null, null, null, 'R', '发改价格〔2016〕557号'),
    (301, 3, 'standard', 1, 31500, 1300, 2925, 325, null, null, 'S', '银发〔2021〕169号'),
    (302, 3, 'standard', 2, 45000, null, 3250, 325, null, null, 'S', '银发〔2021〕169号'),
    (303, 3, 'preferential', 1, 27300, 1300, 2535, 325, null, null, 'U', '银发〔2021〕169号; the cap of preferential debit is unverified'),
    (304, 3, 'preferential', 2, 35100, null, 2535, 325, null, null, 'S', '银发〔2021〕169号'),
    (305, 3, 'public-welfare', null, 0, null, 0, null, null, null, 'S', '银发〔2021〕169号'),
    (401, 4, 'standard', 1, 31500, 1300, 2925, 325, null, null, 'U', 'unverified: 银发〔2021〕169号 was for three years; its rates are assumed to go on'),
    (402, 4, 'standard', 2, 45000, null, 3250, 325, null, null, 'U', 'unverified: 银发〔2021〕169号 was for three years; its rates are assumed to go on'),
    (403, 4, 'preferential', 1, 27300, 1300, 2535, 325, null, null, 'U', 'unverified: 银发〔2021〕169号 was for three years; its rates are assumed to go on; the cap of preferential debit is unverified'),
    (404, 4, 'preferential', 2, 35100, null, 2535, 325, null, null, 'U', 'unverified: 银发〔2021〕169号 was for three years; its rates are assumed to go on'),
    (405, 4, 'public-welfare', null, 0, null, 0, null, null, null, 'U', 'unverified: 银发〔2021〕169号 was for three years; its rates are assumed to go on');

insert into mcc_class (scheme, mcc, class, grade, source) values
    ('2013', '5812', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '5813', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7011', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7297', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7298', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7911', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7922', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7992', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '7997', 'catering-entertainment', 'R', 'tier list of the bank'),
    ('2013', '5811', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5932', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5937', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5944', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5950', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5970', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '5971', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7032', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7033', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7829', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7932', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7933', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7941', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7993', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7994', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7995', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '7996', 'catering-entertainment', 'U', 'unverified'),
    ('2013', '1520', 'car-real-estate', 'R', 'tier list of the bank'),
    ('2013', '5511', 'car-real-estate', 'R', 'tier list of the bank'),
    ('2013', '7013', 'car-real-estate', 'R', 'tier list of the bank'),
    ('2013', '5521', 'car-real-estate', 'U', 'unverified'),
    ('2013', '5551', 'car-real-estate', 'U', 'unverified'),
    ('2013', '5561', 'car-real-estate', 'U', 'unverified'),
    ('2013', '5571', 'car-real-estate', 'U', 'unverified'),
    ('2013', '5592', 'car-real-estate', 'U', 'unverified'),
    ('2013', '4812', 'general', 'R', 'tier list of the bank'),
    ('2013', '5200', 'general', 'R', 'tier list of the bank'),
    ('2013', '5211', 'general', 'R', 'tier list of the bank'),
    ('2013', '5231', 'general', 'R', 'tier list of the bank'),
    ('2013', '5251', 'general', 'R', 'tier list of the bank'),
    ('2013', '5311', 'general', 'R', 'tier list of the bank'),
    ('2013', '5331', 'general', 'R', 'tier list of the bank'),
    ('2013', '5451', 'general', 'R', 'tier list of the bank'),
    ('2013', '5499', 'general', 'R', 'tier list of the bank'),
    ('2013', '5712', 'general', 'R', 'tier list of the bank'),
    ('2013', '5714', 'general', 'R', 'tier list of the bank'),
    ('2013', '5719', 'general', 'R', 'tier list of the bank'),
    ('2013', '5732', 'general', 'R', 'tier list of the bank'),
    ('2013', '5814', 'general', 'R', 'tier list of the bank'),
    ('2013', '5947', 'general', 'R', 'tier list of the bank'),
    ('2013', '6513', 'general', 'R', 'tier list of the bank'),
    ('2013', '7832', 'general', 'R', 'tier list of the bank'),
    ('2013', '5039', 'wholesale', 'R', 'tier list of the bank'),
    ('2013', '4458', 'wholesale', 'U', 'unverified'),
    ('2013', '5013', 'wholesale', 'U', 'unverified'),
    ('2013', '5021', 'wholesale', 'U', 'unverified'),
    ('2013', '5044', 'wholesale', 'U', 'unverified'),
    ('2013', '5045', 'wholesale', 'U', 'unverified'),
    ('2013', '5046', 'wholesale', 'U', 'unverified'),
    ('2013', '5047', 'wholesale', 'U', 'unverified'),
    ('2013', '5051', 'wholesale', 'U', 'unverified'),
    ('2013', '5065', 'wholesale', 'U', 'unverified'),
    ('2013', '5072', 'wholesale', 'U', 'unverified'),
    ('2013', '5074', 'wholesale', 'U', 'unverified'),
    ('2013', '5111', 'wholesale', 'U', 'unverified'),
    ('2013', '5122', 'wholesale', 'U', 'unverified'),
    ('2013', '5131', 'wholesale', 'U', 'unverified'),
    ('2013', '5137', 'wholesale', 'U', 'unverified'),
    ('2013', '5139', 'wholesale', 'U', 'unverified'),
    ('2013', '5172', 'wholesale', 'U', 'unverified'),
    ('2013', '5192', 'wholesale', 'U', 'unverified'),
    ('2013', '5193', 'wholesale', 'U', 'unverified'),
    ('2013', '5198', 'wholesale', 'U', 'unverified'),
    ('2013', '4814', 'livelihood', 'R', 'tier list of the bank'),
    ('2013', '5411', 'livelihood', 'R', 'tier list of the bank'),
    ('2013', '5541', 'livelihood', 'R', 'tier list of the bank'),
    ('2013', '5542', 'livelihood', 'R', 'tier list of the bank'),
    ('2013', '5722', 'livelihood', 'R', 'tier list of the bank'),
    ('2013', '4111', 'livelihood', 'U', 'unverified'),
    ('2013', '4112', 'livelihood', 'U', 'unverified'),
    ('2013', '4121', 'livelihood', 'U', 'unverified'),
    ('2013', '4131', 'livelihood', 'U', 'unverified'),
    ('2013', '4511', 'livelihood', 'U', 'unverified'),
    ('2013', '4784', 'livelihood', 'U', 'unverified'),
    ('2013', '4900', 'livelihood', 'U', 'unverified'),
    ('2013', '5300', 'livelihood', 'U', 'unverified'),
    ('2013', '8062', 'public-welfare', 'U', 'unverified'),
    ('2013', '8211', 'public-welfare', 'U', 'unverified'),
    ('2013', '8220', 'public-welfare', 'U', 'unverified'),
    ('2013', '8351', 'public-welfare', 'U', 'unverified'),
    ('2013', '8398', 'public-welfare', 'U', 'unverified'),
    ('2016', '4111', 'preferential', 'U', 'unverified'),
    ('2016', '4112', 'preferential', 'U', 'unverified'),
    ('2016', '4131', 'preferential', 'U', 'unverified'),
    ('2016', '4511', 'preferential', 'U', 'unverified'),
    ('2016', '4900', 'preferential', 'U', 'unverified'),
    ('2016', '5300', 'preferential', 'U', 'unverified'),
    ('2016', '5411', 'preferential', 'U', 'unverified'),
    ('2016', '5541', 'preferential', 'U', 'unverified'),
    ('2016', '5542', 'preferential', 'U', 'unverified'),
    ('2016', '8062', 'public-welfare', 'U', 'unverified'),
    ('2016', '8211', 'public-welfare', 'U', 'unverified'),
    ('2016', '8220', 'public-welfare', 'U', 'unverified'),
    ('2016', '8351', 'public-welfare', 'U', 'unverified'),
    ('2016', '8398', 'public-welfare', 'U', 'unverified');

alter table fee_plan
    add column proposal_id uuid,
    add column proposal_fingerprint bytea,
    add constraint fee_plan_proposal_unique unique (proposal_id),
    add constraint fee_plan_proposal_whole check ((proposal_id is null) = (proposal_fingerprint is null));

comment on column fee_plan.proposal_id is 'Made by the client before it asked for the change: the same request again finds what it did.';
comment on column fee_plan.debit_rate_per_ten_million is 'Of a plan with rows in fee_plan_term: the first step of its card/debit term, which an import compares. Likewise the other three.';

create table fee_plan_term (
    fee_plan_id          integer  not null,
    pay_type             smallint not null,
    card_kind            smallint not null,
    step                 smallint not null,
    from_volume_fen      bigint   not null,
    rate_per_ten_million bigint   not null,
    fixed_fen            bigint   not null,
    min_fen              bigint   not null,
    cap_fen              bigint,
    constraint fee_plan_term_pk primary key (fee_plan_id, pay_type, card_kind, step),
    constraint fee_plan_term_plan_fk foreign key (fee_plan_id) references fee_plan (fee_plan_id),
    constraint fee_plan_term_pay_type check (pay_type in (1, 2, 3)),
    constraint fee_plan_term_card_kind check (card_kind in (1, 2)),
    constraint fee_plan_term_step check (step between 1 and 10),
    constraint fee_plan_term_first_step check ((step = 1) = (from_volume_fen = 0)),
    constraint fee_plan_term_range check (rate_per_ten_million between 0 and 10000000 and from_volume_fen >= 0 and fixed_fen >= 0
                                      and min_fen >= 0 and coalesce(cap_fen, min_fen) >= min_fen)
);

create table volume_step_decision (
    merchant_id    integer     not null,
    month          date        not null,
    volume_fen     bigint      not null,
    effective_from date        not null,
    decided_at     timestamptz not null,
    constraint volume_step_decision_pk primary key (merchant_id, month),
    constraint volume_step_decision_merchant_fk foreign key (merchant_id) references merchant (merchant_id),
    constraint volume_step_decision_month check (extract(day from month) = 1),
    constraint volume_step_decision_later check (effective_from > month)
);

comment on table volume_step_decision is 'A merchant''s gross of a month by business date, decided when the month''s last date closed; chooses steps of transaction dates from effective_from on.';

create trigger tariff_append_only before update or delete or truncate on tariff
    for each statement execute function refuse_change();

create trigger tariff_rule_append_only before update or delete or truncate on tariff_rule
    for each statement execute function refuse_change();

create trigger mcc_class_append_only before update or delete or truncate on mcc_class
    for each statement execute function refuse_change();

create trigger fee_plan_term_append_only before update or delete or truncate on fee_plan_term
    for each statement execute function refuse_change();

create trigger volume_step_decision_append_only before update or delete or truncate on volume_step_decision
    for each statement execute function refuse_change();
