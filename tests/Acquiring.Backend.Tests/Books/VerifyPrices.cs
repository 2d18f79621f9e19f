using Acquiring.Backend.Books;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Books;

/// <summary>Fees, their parts, and what made them: sound rows pass, each kind of damage is named.</summary>
public sealed class VerifyPrices(TestCluster cluster)
{
    [Fact]
    public async Task Sound_prices_hold()
    {
        await using var bank = await SoundAsync();
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sales_priced_before_terms_and_rules_were_written_down_hold()
    {
        await using var bank = await SoundAsync();
        // The plan's own columns: 0.60 %, without a part of anybody.
        await bank.CorruptAsync(
            "update journal set plan_term = 0, tariff_rule_id = 0, issuer_fee_fen = 0, network_fee_fen = 0 where stan = 11");
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    [Theory]
    // A fen more for the acquirer, for the issuer, for the network.
    [InlineData("books.fees.sale", "update journal set fee_fen = 51 where stan = 1")]
    [InlineData("books.fees.parts", "update journal set issuer_fee_fen = issuer_fee_fen + 1 where stan = 1")]
    [InlineData("books.fees.parts", "update journal set network_fee_fen = network_fee_fen - 1 where stan = 12")]
    // No rule is known, but parts are.
    [InlineData("books.fees.parts", "update journal set tariff_rule_id = 0 where stan = 12")]
    // A plan that is not there, of another merchant, ended before, begins after.
    [InlineData("books.fees.plan", "update journal set fee_plan_id = 99 where stan = 1")]
    [InlineData("books.fees.plan", "insert into fee_plan values (99, 77, '-infinity', 60000, null, 70000, null, 'x', now()); update journal set fee_plan_id = 99 where stan = 1")]
    [InlineData("books.fees.plan", "update journal set fee_plan_id = 1 where stan = 12")]
    [InlineData("books.fees.plan", "update fee_plan set effective_from = '2026-11-05' where fee_plan_id = 2")]
    // A term or step the plan does not have; a card's term though QR has its own; a debit card's term for a credit card.
    [InlineData("books.fees.term", "update journal set plan_term = 3101 where stan = 4")]
    [InlineData("books.fees.term", "update journal set plan_term = 1103 where stan = 9")]
    [InlineData("books.fees.term", "update journal set plan_term = 1102, fee_fen = 40 where stan = 12")]
    [InlineData("books.fees.term", "update journal set plan_term = 1102, fee_fen = 40 where stan = 4")]
    // The first step once the second was decided; the second before.
    [InlineData("books.fees.step", "update journal set plan_term = 1101, fee_fen = 90 where stan = 9")]
    [InlineData("books.fees.step", "update journal set plan_term = 1102, fee_fen = 4 where stan = 1")]
    [InlineData("books.fees.step", "delete from volume_step_decision")]
    // A rule that is not there, of the tariff before, of the other kind of card.
    [InlineData("books.fees.rule", "update journal set tariff_rule_id = 999 where stan = 12")]
    [InlineData("books.fees.rule", "update journal set tariff_rule_id = 301 where stan = 12")]
    [InlineData("books.fees.rule", "update journal set tariff_rule_id = 402, issuer_fee_fen = 45 where stan = 12")]
    // The parts of a sale must be gone when it was wholly returned; what they gave back between is exact too.
    [InlineData("books.given-back.parts", "update journal set issuer_fee_fen = issuer_fee_fen + 1 where stan = 6")]
    [InlineData("books.given-back.parts", "update journal set network_fee_fen = network_fee_fen - 1 where stan = 8")]
    [InlineData("books.given-back.fee", "update journal set fee_fen = fee_fen - 1 where stan = 5; update journal set fee_fen = fee_fen + 1 where stan = 6")]
    [InlineData("books.given-back.origin", "update journal set plan_term = 1101 where stan = 5")]
    [InlineData("books.given-back.origin", "update journal set tariff_rule_id = 0 where stan = 6")]
    [InlineData("books.given-back.origin", "update journal set fee_plan_id = 1 where stan = 8")]
    // The row that takes another back must take back its parts and name what made it.
    [InlineData("books.turns.not-negated", "update journal set issuer_fee_fen = 0 where stan = 10 and turn = 1")]
    [InlineData("books.turns.not-negated", "update journal set tariff_rule_id = 0 where stan = 10 and turn = 1")]
    public async Task Damage_turns_exactly_its_check_red(string miss, string damage)
    {
        await using var bank = await SoundAsync();
        await bank.CorruptAsync(damage);
        (await RedAsync(bank)).ShouldBe([miss]);
    }

    /// <summary>
    /// One merchant, at 0.60 % until 2026-11-06 (plan 1), then (plan 2) at 0.60 % + 0.30, at least 0.50, from 10,000.00 a month on 0.40 % for debit
    /// cards; 0.70 % for credit cards; 0.38 % for QR codes with a debit card. October's 10,000.00 count from 2026-11-08 on. Issuer 0.315 % or
    /// 0.45 %, network 0.02925 % or 0.0325 %.
    /// </summary>
    private async Task<TestBank> SoundAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        await bank.TerminalAsync("10000001", merchant);
        await bank.CorruptAsync(
            """
            select ensure_journal_partition('2026-11-01');
            update fee_plan set fee_plan_id = 1;
            insert into fee_plan values (2, 1, '2026-11-07', 60000, null, 70000, null, 'proposal', now());
            insert into fee_plan_term values
                (2, 1, 1, 1, 0, 60000, 30, 50, null), (2, 1, 1, 2, 1000000, 40000, 0, 0, null),
                (2, 1, 2, 1, 0, 70000, 0, 0, null), (2, 2, 1, 1, 0, 38000, 0, 0, null);
            insert into volume_step_decision values (1, '2026-10-01', 1000000, '2026-11-08', now());
            insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, transaction_date, business_date, merchant_id,
                                 terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind, pay_type,
                                 reference, original_date, original_terminal_id, original_stan, original_batch)
            select date + time '12:00' + stan * interval '1 minute', amount, fee, issuer, network, date, date, 1, 1, stan, 1, 1, stan, plan, kind,
                   turn, term, rule, card, pay, '', case when kind > 1 then date '2026-11-08' end, case when kind > 1 then 1 end, sale,
                   case when kind > 1 then 1 end
            from (values
                -- 6 + 30 is less than 50; 3.15; 0.2925.
                (date '2026-11-07', 1, 1, 0, 1000, 50, 3, 0, 2, 1101, 401, 1, 1, null::int),
                -- Step 2: 40; 31.5; 2.925.
                ('2026-11-08', 2, 1, 0, 10000, 40, 32, 3, 2, 1102, 401, 1, 1, null),
                -- QR has its own debit term; a wallet's credit costs what a card's does, 45 and 3.25.
                ('2026-11-08', 3, 1, 0, 10000, 38, 32, 3, 2, 2101, 401, 1, 2, null),
                ('2026-11-08', 4, 1, 0, 10000, 70, 45, 3, 2, 1201, 402, 2, 3, null),
                -- A quarter of sale 2: 10; 8; 0.75. Then the rest.
                ('2026-11-09', 5, 2, 0, 2500, -10, -8, -1, 2, 1102, 401, 1, 1, 2),
                ('2026-11-09', 6, 2, 0, 7500, -30, -24, -2, 2, 1102, 401, 1, 1, 2),
                ('2026-11-09', 8, 3, 0, 10000, -38, -32, -3, 2, 2101, 401, 1, 2, 3),
                ('2026-11-10', 9, 1, 0, 10000, 40, 32, 3, 2, 1102, 401, 1, 1, null),
                -- Posted and taken back.
                ('2026-11-10', 10, 1, 0, 10000, 40, 32, 3, 2, 1102, 401, 1, 1, null),
                ('2026-11-10', 10, 1, 1, -10000, -40, -32, -3, 2, 1102, 401, 1, 1, null),
                ('2026-11-10', 12, 1, 0, 10000, 38, 32, 3, 2, 2101, 401, 1, 2, null),
                -- Before plan 2.
                ('2026-11-06', 11, 1, 0, 10000, 60, 32, 3, 1, 1101, 401, 1, 1, null)
            ) v (date, stan, kind, turn, amount, fee, issuer, network, plan, term, rule, card, pay, sale)
            """);
        return bank;
    }

    private static async Task<List<string>> RedAsync(TestBank bank) =>
        [.. (await new BookChecks(bank.DataSource, bank.Clock).RunAsync(CancellationToken.None))
            .Where(c => c.Code is "books.fees" or "books.given-back" or "books.turns")
            .SelectMany(c => c.Misses).Select(m => m.Code).Distinct()];
}
