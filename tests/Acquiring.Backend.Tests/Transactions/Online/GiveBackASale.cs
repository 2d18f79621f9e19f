using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class GiveBackASale(TestCluster cluster)
{
    [Fact]
    public async Task Refunds_give_back_in_parts_and_never_more_than_the_sale()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        var refund = await gateway.PostAsync(Gateway.Back("refund", 2, 4_000, ofStan: 1));
        refund.Status.ShouldBe(201);
        // Of a fee of 60, 24 for 4,000 of 10,000.
        refund.Text("feeFen").ShouldBe("-24");
        var tooMuch = await gateway.PostAsync(Gateway.Back("refund", 3, 6_001, ofStan: 1));
        tooMuch.Status.ShouldBe(409);
        tooMuch.Text("code").ShouldBe("transaction.exceeds-sale");
        (await gateway.PostAsync(Gateway.Back("refund", 3, 6_000, ofStan: 1))).Text("feeFen").ShouldBe("-36");
        (await gateway.CodeOfAsync(Gateway.Back("refund", 4, 1, ofStan: 1))).ShouldBe("transaction.exceeds-sale");
        (await gateway.CountAsync("held_line")).ShouldBe(0);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_reversal_cancels_the_whole_sale_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        (await gateway.CodeOfAsync(Gateway.Back("reversal", 2, 9_999, ofStan: 1))).ShouldBe("transaction.amount-differs");
        var answer = await gateway.PostAsync(Gateway.Back("reversal", 2, 10_000, ofStan: 1));
        answer.Status.ShouldBe(201);
        answer.Text("feeFen").ShouldBe("-60");
        (await gateway.PostAsync(Gateway.Back("reversal", 2, 10_000, ofStan: 1))).Status.ShouldBe(200);
        (await gateway.CodeOfAsync(Gateway.Back("reversal", 3, 10_000, ofStan: 1))).ShouldBe("transaction.exceeds-sale");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_repeated_refund_that_names_another_sale_is_another()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        await gateway.PostAsync(Gateway.Sale(2, 10_000));
        await gateway.PostAsync(Gateway.Back("refund", 3, 100, ofStan: 1));
        var answer = await gateway.PostAsync(Gateway.Back("refund", 3, 100, ofStan: 2));
        answer.Text("code").ShouldBe("transaction.key-taken");
        answer.Json["details"]!["fields"]!.GetValue<string>().ShouldBe("originalReference");
    }

    [Fact]
    public async Task A_void_undoes_a_sale_of_its_terminal_and_business_date()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        var elsewhere = await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1, terminalNo: Gateway.SecondTerminalNo));
        elsewhere.Status.ShouldBe(422);
        elsewhere.Text("code").ShouldBe("transaction.void-other-terminal");
        var answer = await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1));
        answer.Status.ShouldBe(201);
        answer.Json["key"]!["kind"]!.GetValue<string>().ShouldBe("reversal");
        (await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1))).Status.ShouldBe(200);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_void_after_the_day_has_ended_is_told_to_be_a_refund()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000, at: "2026-11-21T22:59:00+08:00"));
        await gateway.PostAsync(Gateway.Sale(2, 10_000, at: "2026-11-21T23:00:00+08:00"));
        var late = await gateway.PostAsync(Gateway.Back("void", 3, 10_000, ofStan: 1, at: "2026-11-21T23:01:00+08:00"));
        late.Status.ShouldBe(422);
        late.Text("code").ShouldBe("transaction.void-day-ended");
        late.Text("detail").ShouldContain("refund");
        (await gateway.PostAsync(Gateway.Back("void", 4, 10_000, ofStan: 2, at: "2026-11-22T00:10:00+08:00"))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Back("refund", 5, 10_000, ofStan: 1))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_void_that_was_posted_in_time_is_a_duplicate_ever_after()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1));
        await gateway.Bank.ExecuteAsync("insert into business_day_close values ('2026-11-22', now(), true, false, '{}', 0)");
        var again = await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1));
        again.Status.ShouldBe(200);
        again.Text("businessDate").ShouldBe("2026-11-22");
        (await gateway.CodeOfAsync(Gateway.Back("void", 3, 10_000, ofStan: 1))).ShouldBe("transaction.void-day-ended");
    }

    [Theory]
    [InlineData("refund")]
    [InlineData("reversal")]
    [InlineData("void")]
    public async Task What_overtakes_its_sale_waits_for_it(string kind)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":10000}]""");
        var held = await gateway.PostAsync(Gateway.Back(kind, 2, 10_000, ofStan: 1));
        held.Status.ShouldBe(202);
        held.Text("state").ShouldBe("held");
        held.Text("reason").ShouldBe("sale-unknown");
        var again = await gateway.PostAsync(Gateway.Back(kind, 2, 10_000, ofStan: 1));
        again.Status.ShouldBe(202);
        again.Text("duplicate").ShouldBe("true");
        var listed = (await gateway.Api.GetAsync("held-lines")).Items.Single();
        listed["file"]!.GetValue<string>().ShouldBe("online");

        (await gateway.PostAsync(Gateway.Sale(1, 10_000))).Status.ShouldBe(201);
        var posted = await gateway.PostAsync(Gateway.Back(kind, 2, 10_000, ofStan: 1));
        posted.Status.ShouldBe(200);
        posted.Text("feeFen").ShouldBe("-60");
        // A reversal gave the room of the day back, a refund did not.
        (await gateway.PostAsync(Gateway.Sale(3, 10_000))).Status.ShouldBe(kind == "refund" ? 422 : 201);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task What_a_person_dismissed_is_not_posted_later()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1));
        var id = (await gateway.Api.GetAsync("held-lines")).Items.Single()["heldLineId"];
        await gateway.Api.PostAsync($"held-lines/{id}/resolution", """{"action":"dismiss","note":"not ours"}""");
        var again = await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1));
        again.Status.ShouldBe(409);
        again.Text("code").ShouldBe("transaction.dismissed");
    }

    [Fact]
    public async Task A_thousand_sales_reversed_three_times_at_once_are_reversed_once_each()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const int Sales = 1_000;
        await gateway.Api.PostLinesAsync(string.Join('\n', Enumerable.Range(0, Sales).Select(i => Gateway.Sale(i, 1_000 + i))));
        (await gateway.CountAsync("journal")).ShouldBe(Sales);
        using var atOnce = new SemaphoreSlim(64);
        var answers = await Task.WhenAll(Enumerable.Range(0, Sales * 3).Select(async i =>
        {
            await atOnce.WaitAsync();
            var sale = i % Sales;
            // Two by the same number, one by another: the repetition of a key and another key for the same sale.
            var answer = await gateway.PostAsync(Gateway.Back("reversal", (i / Sales == 2 ? 500_000 : 100_000) + sale, 1_000 + sale, ofStan: sale));
            atOnce.Release();
            return answer.Status;
        }));
        answers.ShouldAllBe(s => s == 201 || s == 200 || s == 409);
        answers.Count(s => s == 201).ShouldBe(Sales);
        (await gateway.Bank.ScalarAsync<long>("select count(*) from journal where kind = 3")).ShouldBe(Sales);
        (await gateway.Bank.ScalarAsync<long>("select sum(case when kind = 1 then amount_fen else -amount_fen end) from journal")).ShouldBe(0);
        (await gateway.Bank.ScalarAsync<long>("select sum(fee_fen) from journal")).ShouldBe(0);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Refunds_of_one_and_a_half_times_the_sale_at_once_stay_within_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const int Sales = 100;
        await gateway.Api.PostLinesAsync(string.Join('\n', Enumerable.Range(0, Sales).Select(i => Gateway.Sale(i, 10_000))));
        // Six parts of a quarter each.
        var lines = Enumerable.Range(0, Sales * 6).Select(i => Gateway.Back("refund", 10_000 + i, 2_500, ofStan: i % Sales)).ToArray();
        var answers = await Task.WhenAll(lines.Chunk(60).Select(chunk => gateway.Api.PostLinesAsync(string.Join('\n', chunk))));
        var statuses = answers.SelectMany(a => a).Select(a => a["status"]!.GetValue<int>()).ToList();
        statuses.Count(s => s == 201).ShouldBe(Sales * 4);
        statuses.Count(s => s == 409).ShouldBe(Sales * 2);
        (await gateway.Bank.ScalarAsync<long>(
            "select count(*) from (select from journal where kind = 2 group by original_stan having sum(amount_fen) <> 10000) x")).ShouldBe(0);
        await gateway.BooksShouldBeInOrderAsync();
    }
}
