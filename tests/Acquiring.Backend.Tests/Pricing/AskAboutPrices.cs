using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Pricing;

public sealed class AskAboutPrices(TestCluster cluster)
{
    private const string Cheap =
        """
        "terms": [{ "payType": "card", "cardKind": "debit", "steps": [{ "ratePercent": "0.30" }] },
                  { "payType": "card", "cardKind": "credit", "steps": [{ "ratePercent": "0.30" }] }]
        """;

    [Fact]
    public async Task Tariffs_are_listed_by_date_with_rules_grades_and_the_class_of_an_mcc()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        var tariffs = (await api.GetAsync("tariffs?mcc=5411")).Items;
        tariffs.Select(t => $"{t["tariffId"]} {t["effectiveFrom"]} {t["effectiveTo"]} {t["grade"]} {t["mccClass"]}").ShouldBe([
            "1 2013-02-25 2016-09-05 R livelihood", "2 2016-09-06 2021-09-29 R preferential", "3 2021-09-30 2024-09-29 S preferential",
            "4 2024-09-30  U preferential"]);
        $"{tariffs[3]["source"]}".ShouldBe("unverified");
        var debit = tariffs[2]["rules"]!.AsArray().First(r => (int)r!["tariffRuleId"]! == 301)!;
        ($"{debit["network"]!["ratePercent"]}", (long)debit["network"]!["cap"]!["amountFen"]!, $"{debit["grade"]}").ShouldBe(("0.02925", 325, "S"));
        (await api.GetAsync("tariffs?mcc=54")).Text("code").ShouldBe("request.bad-parameter");
    }

    [Fact]
    public async Task A_fee_is_explained_in_the_readers_language()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001", debitCapFen: 2_000);
        await using var api = await TestApi.StartAsync(bank);
        var plan = await bank.ScalarAsync<int>($"select fee_plan_id from fee_plan where merchant_id = {merchant}");
        var english = await api.GetAsync($"fee-explanations?feePlanId={plan}&planTerm=1101&tariffRuleId=401&feeFen=600&issuerFeeFen=315&networkFeeFen=29");
        string.Join('\n', english.Json["sentences"]!.AsArray()).ShouldBe(
            $"""
            Fee plan {plan}, the merchant's first.
            Card, debit card: 0.60 %, at most 20.00 yuan.
            Tariff 银发〔2021〕169号 (continued) from 2024-09-30, rule 401, standard merchants: issuer 0.315 %, at most 13.00 yuan; network 0.02925 %, at most 3.25 yuan; the rest is the acquirer's.
            Source: unverified. Confirm it before relying on it.
            Fee 6.00 yuan = issuer 3.15 + network 0.29 + acquirer 2.56.
            """);
        (await api.GetAsync($"fee-explanations?feePlanId={plan}&planTerm=0&tariffRuleId=0", "zh-CN")).Json["sentences"]![1]!.ToString().ShouldContain("无可适用的资费规定");
        (await api.GetAsync("fee-explanations?feePlanId=999999&planTerm=1101&tariffRuleId=401")).Status.ShouldBe(404);
        (await api.GetAsync($"fee-explanations?feePlanId={plan}&planTerm=1101&tariffRuleId=9")).Text("code").ShouldBe("pricing.unknown-rule");
    }

    [Fact]
    public async Task A_quote_speaks_of_the_merchants_own_last_12_months()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.PostAsync(merchant, terminal, "2025-11-22", stan: 1, amountFen: 100_000, feeFen: 600);
        await bank.PostAsync(merchant, terminal, "2025-11-23", stan: 2, amountFen: 100_000, feeFen: 600);
        await bank.PostAsync(merchant, terminal, "2026-11-22", stan: 3, amountFen: 200_000, feeFen: 1_200);
        await bank.PostAsync(merchant, terminal, "2026-11-22", stan: 4, amountFen: 100_000, feeFen: -600, kind: 2, saleStan: 3);
        await using var api = await TestApi.StartAsync(bank);

        var quote = await api.PostAsync("merchants/102360758120001/fee-plan-quotes", $"{{ {Cheap} }}");

        quote.Status.ShouldBe(200);
        (quote.Text("from"), quote.Text("to")).ShouldBe(("2025-11-23", "2026-11-22"));
        // 5411 is preferential: 0.273 % of 1,000.00 + 2,000.00 - 1,000.00 is 5.46; 0.02535 % is 25 + 51 - 26 fen (half of 51 is 25.5).
        // Now 6.00 + 12.00 - 6.00; then 3.00 + 6.00 - 3.00.
        var sums = quote.Json["sums"]!;
        (Fen(sums, "gross"), Fen(sums, "feeNow"), Fen(sums, "feeThen"), Fen(sums, "cost"), Fen(sums, "marginNow"), Fen(sums, "marginThen"))
            .ShouldBe((300_000, 1_200, 600, 596, 604, 4));
        quote.Json["months"]!.AsArray().Select(m => $"{m!["month"]} {m["sums"]!["sales"]}").ShouldBe(["2025-11-01 1", "2026-11-01 1"]);
        quote.Json["warnings"]!.AsArray().Select(w => $"{w!["code"]}").ShouldBe(["quote.short-history", "quote.tariff-unverified"]);
        (await bank.ScalarAsync<long>("select count(*) from fee_plan")).ShouldBe(1);

        var below = await api.PostAsync("merchants/102360758120001/fee-plan-quotes", $"{{ {Cheap.Replace("0.30", "0.20", StringComparison.Ordinal)} }}", "zh-CN");
        below.Json["warnings"]!.AsArray().Select(w => $"{w!["text"]}").ShouldContain(t => t.StartsWith("负毛利", StringComparison.Ordinal));
        ((long)below.Json["sums"]!["salesBelowCost"]!).ShouldBe(2);
    }

    [Fact]
    public async Task A_quote_without_history_says_so()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync("102360758120001");
        await using var api = await TestApi.StartAsync(bank);
        var quote = await api.PostAsync("merchants/102360758120001/fee-plan-quotes", $"{{ {Cheap} }}");
        quote.Json["warnings"]!.AsArray().Select(w => $"{w!["code"]}").ShouldBe(["quote.no-sales"]);
        (await api.PostAsync("merchants/102360758129999/fee-plan-quotes", $"{{ {Cheap} }}")).Status.ShouldBe(404);
        (await api.PostAsync("merchants/102360758120001/fee-plan-quotes", "{}")).Text("code").ShouldBe("pricing.card-term-missing");
    }

    [Fact]
    public async Task A_repricing_is_followed_as_an_operation_and_told_by_merchant()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        for (var m = 1; m <= 3; m++)
        {
            var merchant = await bank.MerchantAsync($"10236075812000{m}");
            var terminal = await bank.TerminalAsync($"1000000{m}", merchant);
            await bank.PostAsync(merchant, terminal, "2026-11-20", stan: 1, amountFen: 100_000 * m, feeFen: 600 * m);
        }

        await bank.ExecuteAsync("update merchant set name = '客家饭店' where merchant_id = 2");
        await using var api = await TestApi.StartAsync(bank);
        const string id = "33333333-3333-3333-3333-333333333333";
        var body = $$"""{ "repricingId": "{{id}}", "from": "2026-11-01", "to": "2026-11-30", "tariffId": 2, {{Cheap.Replace("0.30", "0.20", StringComparison.Ordinal)}} }""";

        (await api.PostAsync("repricings", body)).Status.ShouldBe(202);
        await EndedAsync(api, id);

        var summary = (await api.GetAsync($"repricings/{id}")).Json["summary"]!;
        ($"{summary["lines"]}", $"{summary["changed"]}", $"{summary["negativeMargins"]}", $"{summary["suspects"]}").ShouldBe(("3", "3", "3", "1"));
        // 6,000.00 in all: 12.00 instead of 36.00.
        (Fen(summary["booked"]!, "fee"), Fen(summary["repriced"]!, "fee"), Fen(summary["difference"]!, "fee")).ShouldBe((3_600, 1_200, -2_400));
        var operation = await api.GetAsync($"operations/{id}");
        (operation.Text("state"), operation.Text("lines"), operation.Text("totalLines")).ShouldBe(("succeeded", "3", "3"));

        var first = await api.GetAsync($"repricings/{id}/merchants?only=negative&limit=2");
        first.Items.Select(i => $"{i["merchantNo"]}").ShouldBe(["102360758120001", "102360758120002"]);
        var second = await api.GetAsync($"repricings/{id}/merchants?only=negative&limit=2&cursor={first.Text("next")}");
        second.Items.ShouldHaveSingleItem()["merchantNo"]!.ToString().ShouldBe("102360758120003");
        var suspect = (await api.GetAsync($"repricings/{id}/merchants?only=suspect", "zh-CN")).Items.ShouldHaveSingleItem();
        var suspicion = suspect["suspicion"]!;
        ($"{suspicion["codedAs"]}", $"{suspicion["suspectedMcc"]}", $"{suspicion["evidence"]![0]}").ShouldBe(("5411", "5812", "商户名称含“饭店”。"));

        (await api.PostAsync("repricings", body)).Status.ShouldBe(202);
        (await api.PostAsync("repricings", body.Replace("11-30", "11-29", StringComparison.Ordinal))).Text("code").ShouldBe("pricing.repricing-differs");
    }

    [Theory]
    [InlineData("""{ "from": "2026-11-02", "to": "2026-11-01" }""", "pricing.repricing-range")]
    [InlineData("""{ "from": "2000-01-01", "to": "2026-11-01" }""", "pricing.repricing-range")]
    [InlineData("""{ "from": "2026-11-01", "to": "2026-11-01", "tariffId": 77 }""", "pricing.unknown-tariff")]
    [InlineData("""{ "from": "2026-11-01", "to": "2026-11-01", "terms": [] }""", "pricing.card-term-missing")]
    [InlineData("""{ "from": "2026-11-01", "to": "2026-11-01", "merchantNo": "x" }""", "merchant.unknown")]
    public async Task A_bad_repricing_is_refused(string body, string code)
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await using var api = await TestApi.StartAsync(bank);
        (await api.PostAsync("repricings", body)).Text("code").ShouldBe(code);
        (await api.GetAsync("repricings/33333333-3333-3333-3333-333333333333")).Text("code").ShouldBe("pricing.unknown-repricing");
    }

    private static long Fen(JsonNode node, string member) => (long)node[member]!["amountFen"]!;

    private static async Task EndedAsync(TestApi api, string id)
    {
        const int asksMax = 10_000;
        for (var asked = 0; asked < asksMax; asked++)
        {
            if ((await api.GetAsync($"repricings/{id}")).Text("state") is not ("waiting" or "running"))
            {
                return;
            }
        }

        throw new TimeoutException("the repricing does not end");
    }
}
