using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class PostANotice(TestCluster cluster)
{
    [Fact]
    public async Task A_sale_is_posted_priced_and_summed()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.PostAsync(Gateway.Sale(1, 10_000));
        answer.Status.ShouldBe(201, answer.Json.ToJsonString());
        answer.Text("state").ShouldBe("posted");
        answer.Text("duplicate").ShouldBe("false");
        answer.Text("businessDate").ShouldBe("2026-11-22");
        answer.Text("amountFen").ShouldBe("10000");
        // 0.60 % of 100 yuan.
        answer.Text("feeFen").ShouldBe("60");
        answer.Text("postedAt").ShouldBe("2026-11-22T12:00:00+08:00");
        answer.Json["key"]!.ToJsonString().ShouldBe(
            """{"merchantNo":"102360758120001","terminalNo":"10000001","batch":1,"stan":1,"transactionDate":"2026-11-22","kind":"sale"}""");

        var volumes = await gateway.Api.GetAsync("volumes?from=2026-11-22&to=2026-11-22");
        volumes.Items.Single()["sales"]!.GetValue<int>().ShouldBe(1);
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Text("lastSaleOn").ShouldBe("2026-11-22");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task The_same_again_is_answered_with_the_first_result()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var first = await gateway.PostAsync(Gateway.Sale(1, 10_000));
        gateway.Bank.Clock.Advance(TimeSpan.FromHours(3));
        var second = await gateway.PostAsync(Gateway.Sale(1, 10_000));
        second.Status.ShouldBe(200);
        second.Text("duplicate").ShouldBe("true");
        second.Json["duplicate"] = false;
        second.Json.ToJsonString().ShouldBe(first.Json.ToJsonString());
        // A gateway that lost its batch number names the same transaction.
        (await gateway.PostAsync(Gateway.Notice("sale", 1, 10_000, reference: "R00000000001", batch: null))).Status.ShouldBe(200);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_at_once_are_one()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":10000}]""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => gateway.PostAsync(Gateway.Sale(1, 10_000))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Count(a => a.Status == 200).ShouldBe(99);
        answers.Select(a => a.Text("postedAt")).Distinct().Count().ShouldBe(1);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Theory]
    [InlineData("\"amountFen\":10000", "\"amountFen\":10001", "amountFen")]
    [InlineData("\"cardKind\":\"debit\"", "\"cardKind\":\"credit\"", "cardKind")]
    [InlineData("\"payType\":\"card\"", "\"payType\":\"qr\"", "payType")]
    [InlineData("T11:00:00", "T11:00:01", "occurredAt")]
    [InlineData("R00000000001", "R00000000002", "reference")]
    [InlineData("\"amountFen\":10000,\"payType\":\"card\"", "\"amountFen\":10001,\"payType\":\"qr\"", "amountFen, payType")]
    public async Task Another_content_under_the_same_key_is_refused_and_what_differs_is_named(string was, string becomes, string fields)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        var answer = await gateway.PostAsync(Gateway.Sale(1, 10_000).Replace(was, becomes));
        answer.Status.ShouldBe(422);
        answer.Text("code").ShouldBe("transaction.key-taken");
        answer.Json["details"]!["fields"]!.GetValue<string>().ShouldBe(fields);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task Checks_run_in_their_order()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string Unknown = "102360758129999";
        // Fields, then time, merchant, terminal, binding, price, limits: each notice breaks its own rule and all that follow.
        (await gateway.PostAsync(Gateway.Notice("sale", 1, 0, "99999999", Unknown, at: "2027-01-01T00:00:00+08:00"))).Text("code").ShouldBe("online.amount");
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 1, "99999999", Unknown, at: "2027-01-01T00:00:00+08:00"))).ShouldBe("transaction.in-future");
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 1, "99999999", Unknown, at: "2026-01-01T00:00:00+08:00"))).ShouldBe("transaction.too-old");
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 1, "99999999", Unknown))).ShouldBe("transaction.unknown-merchant");
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 1, "99999999"))).ShouldBe("transaction.unknown-terminal");
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 1, Gateway.OtherTerminalNo))).ShouldBe("transaction.bound-to-another");
        await gateway.LimitAsync("""[{"singleFen":1}]""");
        (await gateway.CodeOfAsync(Gateway.Sale(1, 2))).ShouldBe("limit.one-sale");
        (await gateway.CountAsync("journal")).ShouldBe(0);
        (await gateway.CountAsync("held_line")).ShouldBe(0);
    }

    [Theory]
    [InlineData("2026-11-22T12:05:00+08:00", 201)]
    [InlineData("2026-11-22T12:05:01+08:00", 422)]
    [InlineData("2026-11-15T12:00:00+08:00", 201)]
    [InlineData("2026-11-15T11:59:59+08:00", 422)]
    public async Task The_time_has_bounds(string at, int status)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 1, at))).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("2026-11-21T22:59:59+08:00", "2026-11-21")]
    [InlineData("2026-11-21T23:00:00+08:00", "2026-11-22")]
    public async Task The_business_date_ends_at_23(string at, string businessDate)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 1, at))).Text("businessDate").ShouldBe(businessDate);
    }

    [Fact]
    public async Task A_closed_date_moves_to_the_next_open_one()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync("insert into business_day_close values ('2026-11-22', now(), true, false, '{}', 0)");
        var answer = await gateway.PostAsync(Gateway.Sale(1, 1));
        answer.Text("businessDate").ShouldBe("2026-11-23");
        answer.Json["key"]!["transactionDate"]!.GetValue<string>().ShouldBe("2026-11-22");
    }

    [Fact]
    public async Task A_refusal_speaks_the_callers_language_and_says_the_cure()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 0))).Text("detail").ShouldContain("from 1 to 999999999999");
        (await gateway.PostAsync(Gateway.Sale(1, 0), "zh-CN")).Text("detail").ShouldContain("单位：分");
        (await gateway.PostAsync("{")).Text("code").ShouldBe("online.not-json");
        (await gateway.PostAsync(new string(' ', 9_000))).Status.ShouldBe(413);
    }

    [Fact]
    public async Task A_whole_card_number_stays_at_the_edge()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var notice = Gateway.Sale(1, 1).Replace("\"cardKind\"", "\"card\":\"4111111111111111\",\"cardKind\"");
        (await gateway.PostAsync(notice)).Status.ShouldBe(201);
        (await gateway.Bank.ScalarAsync<long>("select card from journal")).ShouldBe(411_111_111_116);
        (await gateway.Bank.ScalarAsync<int>("select length(card_reference) from journal")).ShouldBe(16);
        await gateway.BooksShouldBeInOrderAsync();
    }
}
