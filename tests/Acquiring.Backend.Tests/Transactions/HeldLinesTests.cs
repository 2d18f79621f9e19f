using Acquiring.Backend.Transactions.Held;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions;

public sealed class HeldLineActs(TestCluster cluster)
{
    private const string Header =
        "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen\n";

    private const string Merchant = "102360752110001";
    private static readonly DateOnly Date = new(2026, 11, 14);

    [Fact]
    public async Task A_line_of_an_unknown_terminal_posts_once_the_terminal_is_known()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        var report = await bank.TakeAsync("a.csv", Header + Line("NEW00001", 1, "sale", 10_000, "R1"), Date);
        (report.Held, report.Posted).ShouldBe((1, 0));
        (await bank.Repost.RunAsync(null, "test", TestContext.Current.CancellationToken)).ShouldBe(new RepostReport(1, 0, 0, 1));

        await bank.AddTerminalAsync("NEW00001", Merchant);
        (await bank.Repost.RunAsync(null, "test", TestContext.Current.CancellationToken)).ShouldBe(new RepostReport(1, 1, 0, 0));

        // 0.78 % of 100.00 is 0.78.
        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 1, 10_000, 78)]);
        (await bank.Repost.RunAsync(null, "test", TestContext.Current.CancellationToken)).ShouldBe(new RepostReport(0, 0, 0, 0));
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_line_that_disagrees_with_the_binding_opens_one_case_however_often_the_file_comes()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster, linesPerChunk: 2);
        await bank.AddTerminalAsync("NEW00001", Merchant);
        await bank.ExecuteAsync("update terminal_binding b set valid_to = '2026-11-01' from terminal t where t.terminal_id = b.terminal_id and t.terminal_no = 'NEW00001'");
        var file = Header + Line("NEW00001", 1, "sale", 10_000, "R1") + Line("NEW00001", 2, "sale", 10_000, "R2") + Line("NEW00001", 3, "sale", 10_000, "R3")
            + Line("UNKNOWN1", 4, "sale", 10_000, "R4");
        (await bank.TakeAsync("a.csv", file, Date)).Held.ShouldBe(4);
        (await bank.TakeAsync("b.csv", file, Date)).Duplicates.ShouldBe(4);

        // Three of a machine that works for nobody, over two chunks; of a machine nobody knows there is no binding to disagree with.
        (await bank.CountAsync("select transactions from binding_case where kind = 'boundToNobody' and state = 'open'")).ShouldBe(3);
        (await bank.CountAsync("select count(*) from binding_case")).ShouldBe(1);
        (await bank.CountAsync("select cardinality(transaction_keys) from binding_case")).ShouldBe(3);
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_reversal_that_comes_first_waits_and_posts_by_itself_with_its_sale()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        (await bank.TakeAsync("a.csv", Header + Line("10000000", 2, "reversal", 10_000, "R2", "R1"), Date)).Held.ShouldBe(1);
        var second = await bank.TakeAsync("b.csv", Header + Line("10000000", 1, "sale", 10_000, "R1"), Date);

        // The reversal is no line of this file, but its money is in the sums: 78 charged less 78 given back.
        (second.Posted, second.Released, second.Reversals, second.Fee.AmountFen).ShouldBe((1, 1, 1, 0));
        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 1, 0, 0)]);
        (await bank.HeldAsync()).ShouldBeEmpty();
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Refunds_of_two_dates_give_back_the_same_fen_whichever_file_comes_first()
    {
        // Fee of 1.00 at 0.78 % is 0.01: 50 of 100 gives back half-up(0.5) = 1, the other 50 nothing.
        string[] files =
        [
            Header + Line("10000000", 1, "sale", 100, "R1"),
            Header + Line("10000000", 2, "refund", 50, "R2", "R1", "2026-11-15T09:00:00"),
            Header + Line("10000000", 3, "refund", 50, "R3", "R1", "2026-11-16T09:00:00"),
        ];
        foreach (var order in new int[][] { [0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1] })
        {
            await using var bank = await ClearingBank.WithSamplesAsync(cluster);
            foreach (var i in order)
            {
                await bank.TakeAsync($"{i}.csv", files[i], Date.AddDays(i));
            }

            (await bank.VolumesAsync()).ShouldBe(
                [new(Merchant, Date, 1, 100, 1), new(Merchant, Date.AddDays(1), 0, -50, -1), new(Merchant, Date.AddDays(2), 0, -50, 0)]);
            await bank.BooksShouldBeInOrderAsync();
        }
    }

    [Fact]
    public async Task More_than_was_sold_is_never_given_back()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        await bank.TakeAsync("a.csv", Header + Line("10000000", 1, "sale", 100, "R1") + Line("10000000", 2, "refund", 60, "R2", "R1"), Date);
        var report = await bank.TakeAsync(
            "b.csv",
            Header + Line("10000000", 3, "refund", 41, "R3", "R1") + Line("10000000", 4, "reversal", 99, "R4", "R1")
            + Line("10000000", 5, "refund", 40, "R5", "R1"),
            Date);

        (report.Posted, report.Held).ShouldBe((1, 2));
        (await bank.HeldAsync()).Select(h => (h.Stan, h.Reason)).ShouldBe([(3, "exceeds-sale"), (4, "amount-differs")]);
        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 1, 0, 0)]);
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_held_line_is_corrected_or_dismissed_once_and_says_so_afterwards()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        await bank.TakeAsync("a.csv", Header + Line("NEW00001", 1, "sale", 100, "R1") + Line("NEW00002", 2, "sale", 200, "R2"), Date);
        var held = await bank.HeldAsync();
        var cancel = TestContext.Current.CancellationToken;

        var corrected = await bank.Resolve.RunAsync(
            held[0].HeldLineId, new(HeldLineAction.Correct, "typing error", TerminalNo: "10000000"), "test", cancel);
        corrected.Value.ShouldBe(new RepostReport(1, 1, 0, 0));
        (await bank.Resolve.RunAsync(held[1].HeldLineId, new(HeldLineAction.Dismiss, "not ours"), "test", cancel)).IsRefused.ShouldBeFalse();
        (await bank.Resolve.RunAsync(held[1].HeldLineId, new(HeldLineAction.Dismiss, "again"), "test", cancel)).Refusal!.Code.ShouldBe("held.decided");
        (await bank.Resolve.RunAsync(12345, new(HeldLineAction.Dismiss, "x"), "test", cancel)).Refusal!.Code.ShouldBe("held.unknown");
        (await bank.Resolve.RunAsync(held[1].HeldLineId, new(HeldLineAction.Dismiss, " "), "test", cancel)).Refusal!.Code.ShouldBe("held.note");

        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 1, 100, 1)]);
        var again = await bank.TakeAsync("b.csv", Header + Line("NEW00001", 1, "sale", 100, "R1") + Line("NEW00002", 2, "sale", 200, "R2"), Date);
        (again.Duplicates, again.Held, again.Posted).ShouldBe((2, 0, 0));
        (await bank.Resolve.RunAsync(held[1].HeldLineId, new(null, "x"), "test", cancel)).Refusal!.Code.ShouldBe("held.action");
        (await bank.Resolve.RunAsync(held[1].HeldLineId, new(HeldLineAction.Dismiss, "card 6222 0212 3456 7890 128"), "test", cancel))
            .Refusal!.Code.ShouldBe("transactions.card-in-text");
        await bank.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_line_for_a_closed_date_posts_to_the_next_open_date_and_keeps_its_transaction_date()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        await bank.ExecuteAsync(
            "insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings) values ('2026-11-16', now(), true, false, '{}', 0)");
        await bank.TakeAsync("a.csv", Header + Line("10000000", 1, "sale", 100, "R1"), Date);

        (await bank.CountAsync("select count(*) from journal where business_date = '2026-11-17' and transaction_date = '2026-11-14'")).ShouldBe(1);
        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 1, 100, 1)]);
    }

    [Fact]
    public async Task A_line_without_a_batch_matches_any_batch_unless_comparable_references_differ()
    {
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        string NoBatch(string reference, int amount) =>
            $"{Merchant},10000000,,000001,2026-11-14T10:00:00,sale,{amount},debit,,{reference},,\n";
        string Batch(int batch, string reference, int amount) =>
            $"{Merchant},10000000,{batch:D6},000001,2026-11-14T10:00:00,sale,{amount},debit,,{reference},,\n";

        (await bank.TakeAsync("a.csv", Header + NoBatch("AAA1", 100) + NoBatch("AAA2", 200) + NoBatch("AAA1", 100), Date)).Duplicates.ShouldBe(1);
        var second = await bank.TakeAsync("b.csv", Header + Batch(1, "AAA1", 100) + Batch(2, "AAA2", 200) + Batch(3, "AAA3", 400), Date);
        (second.Duplicates, second.Posted).ShouldBe((2, 1));
        (await bank.TakeAsync("c.csv", Header + NoBatch("123456789012", 100), Date)).Duplicates.ShouldBe(1);
        (await bank.VolumesAsync()).ShouldBe([new(Merchant, Date, 3, 700, 1 + 2 + 3)]);
        await bank.BooksShouldBeInOrderAsync();
    }

    private static string Line(
        string terminalNo, int stan, string kind, int amountFen, string reference, string original = "", string at = "2026-11-14T10:00:00") =>
        $"{Merchant},{terminalNo},000001,{stan:D6},{at},{kind},{amountFen},debit,622202******1111,{reference},{original},\n";
}
