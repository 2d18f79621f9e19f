using Acquiring.Backend.Books;
using Acquiring.Backend.Days.Close;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Books;

/// <summary>Sound books pass every check; each kind of damage turns exactly its own check red.</summary>
public sealed class VerifyBooks(TestCluster cluster)
{
    [Fact]
    public async Task Sound_books_hold()
    {
        await using var bank = await SoundAsync();
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Empty_books_hold()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    // A row of the third turn whose second is missing; its sums are the journal's.
    [Theory]
    [InlineData("books.turns.gap", "update journal set turn = 3 where turn = 1")]
    // What was taken back is more than was posted; volumes are moved along, so that only the turns are wrong.
    [InlineData("books.turns.not-negated books.activity.merchant-volume books.activity.terminal-volume",
        "update journal set amount_fen = amount_fen - 1 where turn = 1; update day_volume set gross_fen = gross_fen - 1 where transaction_date = '2026-11-16' and business_date = '2026-11-21'")]
    [InlineData("books.day-volumes.differs", "update day_volume set fee_fen = fee_fen + 1 where transaction_date = '2026-11-14'")]
    [InlineData("books.day-volumes.no-volume books.activity.merchant-volume books.activity.terminal-volume", "delete from day_volume where transaction_date = '2026-11-14'")]
    [InlineData("books.day-volumes.no-rows books.activity.merchant-volume books.activity.terminal-volume",
        "insert into day_volume values ('2026-01-01', 1, 1, '2026-01-01', 1, 0, 0, 1, 0, 0, 1, 0, 0, 0)")]
    // One fen more on a sale that nothing was returned of; volumes moved along.
    [InlineData("books.fees.sale",
        "update journal set fee_fen = 61 where transaction_date = '2026-11-17'; update day_volume set fee_fen = 61 where transaction_date = '2026-11-17'")]
    [InlineData("books.fees.plan", "update journal set fee_plan_id = 99 where transaction_date = '2026-11-17'")]
    // The second of two parts gives back a fen less.
    [InlineData("books.given-back.fee",
        "update journal set fee_fen = fee_fen + 1 where transaction_date = '2026-11-15' and stan = 3; update day_volume set fee_fen = fee_fen + 1 where transaction_date = '2026-11-15'")]
    [InlineData("books.given-back.no-sale", "update journal set original_stan = 777 where transaction_date = '2026-11-15' and kind = 3")]
    [InlineData("books.twins.twice books.activity.merchant-volume books.activity.terminal-volume",
        "insert into journal select occurred_at, 10000, 60, 0, 0, null, null, transaction_date, business_date, merchant_id, terminal_id, stan, -1, 1, 9, fee_plan_id, null, null, null, null, 1, 0, 0, 0, 1, 1, reference, null from journal where transaction_date = '2026-11-17'; update day_volume set sales = 2, gross_fen = 20000, fee_fen = 120 where transaction_date = '2026-11-17'")]
    [InlineData("books.held.and-posted",
        "insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at, kind, amount_fen, card_kind, reference, original_reference, reason, held_at) values (1, 9, '2026-11-17', '102360758120001', '10000001', 1, 1, '2026-11-17', now(), 1, 10000, 1, '', '', 'bound-to-another', now())")]
    [InlineData("books.files.lines", "update clearing_chunk set posted = posted - 1 where chunk_no = 0")]
    [InlineData("books.files.chunk-missing", "update clearing_chunk set chunk_no = 5 where chunk_no = 1")]
    [InlineData("books.files.rows-missing", "delete from malformed_line")]
    [InlineData("books.closes.gap", "update business_day_close set business_date = '2026-11-10' where business_date = '2026-11-14'")]
    [InlineData("books.closes.findings", "update business_day_close set findings = 7 where business_date = '2026-11-15'")]
    [InlineData("books.idle.stored", "update idle_finding set due_on = due_on + 1")]
    [InlineData("books.card-numbers.text", "update merchant set name = 'card 6222021234567890128'")]
    [InlineData("books.card-numbers.text", """update audit_entry set details = '{"note": "6222021234567890128"}'""")]
    [InlineData("books.card-numbers.text", "update journal set reference = '4111111111111111' where transaction_date = '2026-11-17'")]
    [InlineData("books.card-numbers.mask", "update journal set card = 4111111111111111 where transaction_date = '2026-11-17'")]
    public async Task Damage_turns_exactly_its_checks_red(string misses, string damage)
    {
        await using var bank = await SoundAsync();
        await bank.CorruptAsync(damage);
        // A volume that is moved is moved away from what the lists keep of it, too.
        (await RedAsync(bank)).ShouldBe(misses.Split(' '));
    }

    [Fact]
    public async Task Returning_more_than_was_sold_is_told()
    {
        await using var bank = await SoundAsync();
        // Sold 10000, returned 3333 + 3333 by parts already; 3335 more pass it by one. The fee is what the formula then says.
        await bank.PostAsync(1, 1, "2026-11-15", stan: 9, amountFen: 3_335, feeFen: -20, kind: 2, saleDate: "2026-11-14", saleStan: 1);
        (await RedAsync(bank)).ShouldBe(["books.given-back.too-much"]);
    }

    [Fact]
    public async Task Digits_that_are_no_card_keep_quiet()
    {
        await using var bank = await SoundAsync();
        // A known merchant number and serial in a card range with a right Luhn digit, a digest, a 20-digit reference, a wrong Luhn digit.
        await bank.ExecuteAsync(
            """
            update merchant set name = 'of 621000000000005', merchant_no = '621000000000005' where merchant_no = '102360758120001';
            update terminal set serial_no = 'N4111111111111111' where terminal_no = '10000001';
            update terminal set model = 'is N4111111111111111';
            insert into audit_entry (at, actor, act, subject, details)
            values (now(), 'x', 'x', '9f4111111111111111aa9f4111111111111111aa', '{"a": "41111111111111111111", "b": "4111111111111112"}')
            """);
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_came_after_the_close_is_no_miss_before_the_next_one()
    {
        await using var bank = await SoundAsync();
        // Terminal 2 was found idle on 2026-11-16; a late line dated the 15th posts to the next open date.
        await bank.PostAsync(1, 2, "2026-11-15", stan: 50, businessDate: "2026-11-17");
        (await RedAsync(bank)).ShouldBeEmpty();
    }

    /// <summary>Sales, two refunds of one, a reversal, a withdrawal, a file with chunks, three closes, one idle terminal.</summary>
    private async Task<TestBank> SoundAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.TerminalAsync("10000002", merchant, knownActivityOn: "2026-08-16");
        await bank.PostAsync(merchant, terminal, "2026-11-14", stan: 1);
        // 60 × 3333 ÷ 10000 = 19.998, so 20; 60 × 6666 ÷ 10000 = 39.996, so 40 in all.
        await bank.PostAsync(merchant, terminal, "2026-11-15", stan: 2, amountFen: 3_333, feeFen: -20, kind: 2, saleDate: "2026-11-14", saleStan: 1);
        await bank.PostAsync(merchant, terminal, "2026-11-15", stan: 3, amountFen: 3_333, feeFen: -20, kind: 2, saleDate: "2026-11-14", saleStan: 1);
        await bank.PostAsync(merchant, terminal, "2026-11-15", stan: 4);
        await bank.PostAsync(merchant, terminal, "2026-11-15", stan: 5, feeFen: -60, kind: 3, saleStan: 4);
        await bank.PostAsync(merchant, terminal, "2026-11-16", stan: 1);
        await bank.PostAsync(merchant, terminal, "2026-11-16", stan: 1, amountFen: -10_000, feeFen: -60, turn: 1, businessDate: "2026-11-21");
        await bank.PostAsync(merchant, terminal, "2026-11-17", stan: 1);
        await bank.FilesAsync("2026-11-14", "2026-11-16");
        await bank.ExecuteAsync(
            """
            insert into clearing_chunk (file_id, chunk_no, first_line, lines, bytes, sha256, posted, duplicates, held, malformed, sales, refunds,
                                        reversals, gross_fen, refund_fen, fee_fen, fee_differences, read_gross_fen, released)
            values (1, 0, 1, 5, 1, '', 1, 1, 2, 1, 1, 0, 0, 10000, 0, 60, 0, 10000, 0),
                   (1, 1, 6, 1, 1, '', 2, 0, -1, 0, 1, 1, 0, 10000, 0, 60, 0, 10000, 0);
            insert into malformed_line values (1, 5, 'line', 'clearing.line.too-short', 'x');
            insert into held_line (file_id, line_no, business_date, merchant_no, terminal_no, batch, stan, transaction_date, occurred_at, kind,
                                   amount_fen, card_kind, reference, original_reference, reason, held_at)
            values (1, 3, '2026-11-14', '102360758120001', '99999999', 1, 1, '2026-11-14', now(), 1, 1, 1, '', '', 'unknown-terminal', now())
            """);
        var closed = await new CloseDay(bank.DataSource, bank.Clock, bank.Changes).RunAsync(new(2026, 11, 16), false, "test", CancellationToken.None);
        closed.Value.Closed.Sum(c => c.Findings).ShouldBe(1);
        return bank;
    }

    private static async Task<List<string>> RedAsync(TestBank bank) =>
        [.. (await new BookChecks(bank.DataSource, bank.Clock).RunAsync(CancellationToken.None)).SelectMany(c => c.Misses).Select(m => m.Code).Distinct()];
}
