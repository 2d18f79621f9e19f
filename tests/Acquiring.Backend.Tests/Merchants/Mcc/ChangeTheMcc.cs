using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Mcc;

public sealed class ChangeTheMcc(TestCluster cluster)
{
    private const string ToConvenience = """{"mcc":"5331","mainBusiness":"Daily goods, 60 m2.","evidence":"Visit of 2026-11-20, invoices of October."}""";

    [Fact]
    public async Task It_counts_from_the_next_business_date_and_what_was_priced_keeps_its_rules()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 100_000));
        var changed = await gateway.ActAsync("mcc", ToConvenience, version: 1);
        ($"{changed.Status} {changed.ETag} {changed.Text("mccBefore")} {changed.Text("effectiveFrom")}").ShouldBe("200 \"2\" 5411 2026-11-23");
        changed.Json["warnings"]!.AsArray().ShouldBeEmpty();
        await gateway.PostAsync(Gateway.Sale(2, 100_000));
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Text("mcc").ShouldBe("5411");

        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.PostAsync(Gateway.Sale(3, 100_000, at: "2026-11-23T11:00:00+08:00"));
        await gateway.PostAsync(Gateway.Sale(4, 100_000, at: "2026-11-22T23:00:00+08:00"));
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Text("mcc").ShouldBe("5331");

        // 5411 is preferential (rule 403 for debit cards), 5331 standard (401), each by the date of the transaction.
        (await gateway.Bank.ScalarAsync<string>("select string_agg(stan || ':' || tariff_rule_id, ' ' order by stan) from journal"))
            .ShouldBe("1:403 2:403 3:401 4:403");
        var quote = await gateway.Api.PostAsync(
            $"merchants/{Gateway.MerchantNo}/fee-plan-quotes",
            """{"terms":[{"payType":"card","cardKind":"debit","steps":[{"ratePercent":"0.60"}]},{"payType":"card","cardKind":"credit","steps":[{"ratePercent":"0.70"}]}]}""");
        // 1,000.00 each: 2.73 + 0.25 for 5411 three times, 3.15 + 0.29 for 5331.
        $"{quote.Json["sums"]!["cost"]!["amountFen"]}".ShouldBe($"{(3 * (273 + 25)) + 315 + 29}", quote.Json.ToJsonString());
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_second_decision_for_the_same_date_takes_the_place_of_the_first()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("mcc", ToConvenience, version: 1);
        await gateway.ActAsync("mcc", """{"mcc":"5947","mainBusiness":"Gifts.","evidence":"Second visit."}""", version: 2);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Text("mcc").ShouldBe("5947");
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/mcc")).Items
            .Select(d => $"{d["decisionNo"]} {d["effectiveFrom"]} {d["mccBefore"]}>{d["mcc"]} {d["evidence"]} {d["source"]}")
            .ShouldBe(["3 2026-11-23 5331>5947 Second visit. act", "2 2026-11-23 5411>5331 Visit of 2026-11-20, invoices of October. act"]);
    }

    [Fact]
    public async Task What_an_import_decided_for_later_is_not_overtaken()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync(
            """
            insert into merchant_mcc (merchant_id, decision_no, effective_from, mcc, mcc_before, main_business, evidence, source, actor, at)
            select merchant_id, 0, '2026-11-24', '5812', '5411', '', '', 'import', 'operator', now() from merchant where merchant_no = '102360758120001'
            """);
        (await gateway.ActAsync("mcc", ToConvenience, version: 1)).Text("code").ShouldBe("mcc.later");
    }

    [Fact]
    public async Task A_known_disguise_is_told_on_the_act_and_on_the_merchant_and_stops_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync("update merchant set mcc = '5331'");
        var back = await gateway.ActAsync("mcc", """{"mcc":"5411","mainBusiness":"便利店","evidence":"x"}""", version: 1, language: "zh-CN");
        back.Status.ShouldBe(200);
        Told(back.Json["warnings"]![0]!).ShouldBe("5411 5331 所述主营业务含“便利”。 此前的 MCC 为 5331。");
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Json["mccWarnings"]!.AsArray().ShouldBeEmpty();
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        Told((await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}")).Json["mccWarnings"]![0]!)
            .ShouldBe("5411 5331 It mainly sells what holds \"便利\". It was coded as 5331 before.");
    }

    [Fact]
    public async Task A_4S_dealer_coded_as_wholesale_is_suspect()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync(
            "attributes", """{"attribute":"authorised4S","value":"true","document":"Letter","validFrom":"2024-05-01","why":"x"}""", version: 1);
        var done = await gateway.ActAsync("mcc", """{"mcc":"5039","mainBusiness":"Building materials","evidence":"x"}""", version: 2);
        Told(done.Json["warnings"]![0]!).ShouldBe("5039 5511 It is confirmed to be an authorised 4S dealer.");
    }

    private static string Told(System.Text.Json.Nodes.JsonNode w) =>
        $"{w["codedAs"]} {w["suspectedMcc"]} {string.Join(' ', w["evidence"]!.AsArray())}";

    [Theory]
    [InlineData("""{"mcc":"53 1","mainBusiness":"x","evidence":"x"}""", 400, "mcc.digits")]
    [InlineData("""{"mcc":"5331","evidence":"x"}""", 400, "merchant.text")]
    [InlineData("""{"mcc":"5331","mainBusiness":"x","evidence":" "}""", 400, "merchant.text")]
    [InlineData("""{"mcc":"5411","mainBusiness":"x","evidence":"x"}""", 409, "mcc.same")]
    public async Task Without_evidence_or_change_there_is_no_act(string body, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.ActAsync("mcc", body, version: 1);
        (answer.Status, answer.Text("code")).ShouldBe((status, code));
        (await gateway.CountAsync("merchant_mcc")).ShouldBe(0);
    }
}
