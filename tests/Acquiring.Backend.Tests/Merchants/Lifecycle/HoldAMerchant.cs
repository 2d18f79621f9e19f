using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Lifecycle;

public sealed class HoldAMerchant(TestCluster cluster)
{
    private const string Suspend = """{"why":"License expired on 2026-11-01.","cure":"Hand in the renewed license."}""";

    [Fact]
    public async Task A_suspended_merchant_sells_nothing_and_the_gateway_is_told_why_and_what_lifts_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Status.ShouldBe(201);
        var held = await gateway.ActAsync("suspend", Suspend, version: 1);
        held.Status.ShouldBe(200);
        held.ETag.ShouldBe("\"2\"");
        held.Text("state").ShouldBe("suspended");

        var sale = await gateway.PostAsync(Gateway.Sale(2, 500), "zh-CN");
        sale.Status.ShouldBe(422);
        sale.Text("code").ShouldBe("transaction.merchant-suspended");
        sale.Text("detail").ShouldBe(
            $"商户 {Gateway.MerchantNo} 自 2026-11-22 起暂停收款：License expired on 2026-11-01. 解除条件：Hand in the renewed license.");

        // Customers get their money back, and who repeats a sale of before gets its answer.
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Text("duplicate").ShouldBe("true");
        (await gateway.PostAsync(Gateway.Back("refund", 3, 200, ofStan: 1))).Status.ShouldBe(201);

        (await gateway.ActAsync("lift", """{"hold":2,"why":"License seen."}""", version: 2)).Text("state").ShouldBe("active");
        (await gateway.PostAsync(Gateway.Sale(2, 500))).Status.ShouldBe(201);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_restriction_stops_what_it_names_on_both_ways_of_posting()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.ActAsync("restrict", """{"scopes":["qr"],"why":"Chargebacks.","cure":"A visit."}""", version: 1))
            .Text("state").ShouldBe("restricted");
        (await gateway.CodeOfAsync(Gateway.Sale(1, 500, payType: "qr"))).ShouldBe("transaction.merchant-restricted");
        (await gateway.PostAsync(Gateway.Sale(2, 500))).Status.ShouldBe(201);
        var lines = await gateway.Api.PostLinesAsync(Gateway.Sale(3, 500, payType: "qr") + "\n" + Gateway.Sale(4, 500));
        lines.Select(l => $"{l["status"]}").ShouldBe(["422", "201"]);
        (await gateway.CountAsync("journal")).ShouldBe(2);
    }

    [Fact]
    public async Task The_record_says_who_set_a_hold_why_and_what_lifts_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("restrict", """{"scopes":["refunds","qr","qr"],"why":"Chargebacks.","cure":"A visit."}""", version: 1);
        await gateway.ActAsync("suspend", Suspend, version: 2);
        var merchant = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}");
        merchant.ETag.ShouldBe("\"3\"");
        merchant.Text("state").ShouldBe("suspended");
        merchant.Json["holds"]!.AsArray().Select(h => $"{h!["hold"]} {h["scopes"]!.ToJsonString()} {h["why"]} {h["cure"]} {h["setBy"]} {h["setAt"]}").ShouldBe(
        [
            """2 ["qr","refunds"] Chargebacks. A visit. operator 2026-11-22T04:00:00+00:00""",
            "3 [] License expired on 2026-11-01. Hand in the renewed license. operator 2026-11-22T04:00:00+00:00",
        ]);
        merchant.Json["legalActs"]!.ToJsonString().ShouldBe("""["restrict","suspend","lift","close"]""");

        var history = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/history?limit=1");
        history.Items.Single().ToJsonString().ShouldContain("""
            "version":3,"act":"suspend","from":"restricted","to":"suspended"
            """.Trim());
        var older = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/history?limit=1&cursor={history.Text("next")}");
        older.Items.Single()["details"]!.ToJsonString().ShouldBe("""{"cure":"A visit.","scopes":["refunds","qr","qr"]}""");
        older.Json["next"].ShouldBeNull();
    }

    [Theory]
    [InlineData("suspend", """{"why":" ","cure":"x"}""", 400, "merchant.text", "why")]
    [InlineData("suspend", """{"why":"x"}""", 400, "merchant.text", "cure")]
    [InlineData("restrict", """{"why":"x","cure":"x","scopes":[]}""", 400, "merchant.no-scope", "")]
    [InlineData("restrict", """{"why":"card 6222021234567890128","cure":"x","scopes":["qr"]}""", 400, "merchant.card-in-text", "why")]
    [InlineData("restrict", """{"why":"x","cure":"x","scopes":["everything"]}""", 400, "request.bad-json", "")]
    [InlineData("lift", """{"hold":2,"why":"x"}""", 409, "merchant.illegal-step", "")]
    public async Task What_is_missing_is_named(string act, string body, int status, string code, string field)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.ActAsync(act, body, version: 1);
        answer.Status.ShouldBe(status);
        answer.Text("code").ShouldBe(code);
        $"{answer.Json["details"]!["field"]}".ShouldBe(field);
        (await gateway.CountAsync("merchant_step")).ShouldBe(0);
    }
}
