using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals;

public sealed class OpenCases(TestCluster cluster)
{
    [Fact]
    public async Task A_refused_notice_opens_a_case_and_the_next_is_counted_the_same_one_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var wrong = Gateway.Notice("sale", 1, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo);
        (await gateway.CodeOfAsync(wrong)).ShouldBe("transaction.bound-to-another");
        (await gateway.CodeOfAsync(wrong)).ShouldBe("transaction.bound-to-another");
        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(2));
        // What is known already is nothing new.
        await gateway.CodeOfAsync(wrong);
        (await gateway.Api.GetAsync("binding-cases?caseState=open")).Items.ShouldHaveSingleItem()["lastSeen"]!.ToString().ShouldBe("2026-11-22T04:00:00+00:00");
        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(3));
        await gateway.Api.PostLinesAsync(string.Join('\n',
        [
            Gateway.Notice("sale", 2, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo), Gateway.Sale(3, 500),
            Gateway.Notice("sale", 4, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo),
            Gateway.Notice("sale", 5, 500, Gateway.TerminalNo, "102360758120077"), Gateway.Notice("sale", 6, 500, "77777777"),
        ]));
        var cases = (await gateway.Api.GetAsync("binding-cases?caseState=open")).Items;
        cases.Select(c => $"{c["terminalNo"]} {c["kind"]} {c["merchantNo"]} {c["boundMerchantNo"]} {c["transactions"]} {c["firstSeen"]} {c["lastSeen"]}").ShouldBe(
        [
            $"10000001 boundToAnother {Gateway.OtherMerchantNo} {Gateway.MerchantNo} 3 2026-11-22T04:00:00+00:00 2026-11-22T04:05:00+00:00",
            $"10000001 unknownMerchant 102360758120077 {Gateway.MerchantNo} 1 2026-11-22T04:05:00+00:00 2026-11-22T04:05:00+00:00",
        ]);
        cases[0]["transactionKeys"]!.AsArray().Select(k => $"{k}").ShouldBe(["20261122-1-000001-Sale", "20261122-1-000002-Sale", "20261122-1-000004-Sale"]);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_that_names_no_state_is_none()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo));
        var id = (await gateway.Api.GetAsync("binding-cases")).Items.Single()["bindingCaseId"];
        (await gateway.Api.PostAsync($"binding-cases/{id}/resolution", """{"why":"x"}""", "en", ("If-Match", "\"1\""))).Text("code").ShouldBe("binding-case.resolution");
    }

    [Fact]
    public async Task A_machine_in_stock_that_sells_is_bound_to_nobody()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = (await gateway.StockAsync("N860001"))[0];
        await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 500, no, Gateway.OtherMerchantNo));
        (await gateway.Api.GetAsync("binding-cases?caseState=open")).Items.Select(c => $"{c["terminalNo"]} {c["kind"]} {c["merchantNo"]} {c["boundMerchantNo"]}")
            .ShouldBe([$"{no} boundToNobody {Gateway.OtherMerchantNo} "]);
    }

    [Fact]
    public async Task A_decided_case_says_why_and_what_comes_again_opens_another()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Notice("sale", 1, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo));
        var id = $"{(await gateway.Api.GetAsync("binding-cases")).Items.Single()["bindingCaseId"]}";
        (await ResolveAsync(gateway, id, """{"state":"open","why":"x"}""", 1)).Text("code").ShouldBe("binding-case.resolution");
        (await ResolveAsync(gateway, id, """{"state":"closed","why":" "}""", 1)).Text("code").ShouldBe("binding-case.resolution");
        var pair = await Task.WhenAll(
            ResolveAsync(gateway, id, """{"state":"explained","why":"Shared counter."}""", 1), ResolveAsync(gateway, id, """{"state":"closed","why":"Moved."}""", 1));
        pair.Select(a => a.Status).Order().ShouldBe([200, 412]);
        (await ResolveAsync(gateway, id, """{"state":"closed","why":"Again."}""", 2)).Text("code").ShouldBe("binding-case.decided");
        (await ResolveAsync(gateway, "999", """{"state":"closed","why":"x"}""", 1)).Status.ShouldBe(404);
        await gateway.PostAsync(Gateway.Notice("sale", 2, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo));
        (await gateway.Api.GetAsync("binding-cases?caseState=open")).Items.Single()["transactions"]!.ToString().ShouldBe("1");
        (await gateway.Api.GetAsync($"binding-cases?terminal=sn:S{Gateway.TerminalNo}")).Items.Count.ShouldBe(2);
        (await gateway.CountAsync("audit_entry where act like 'bindingCase.%'")).ShouldBe(1);
    }

    [Fact]
    public async Task Sixty_at_once_are_counted_and_the_latest_fifty_are_named()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await Task.WhenAll(Enumerable.Range(1, 6).Select(batch => gateway.Api.PostLinesAsync(string.Join('\n', Enumerable.Range(batch * 10, 10).Select(
            stan => Gateway.Notice("sale", stan, 500, Gateway.TerminalNo, Gateway.OtherMerchantNo))))));
        var one = (await gateway.Api.GetAsync("binding-cases")).Items.Single();
        $"{one["transactions"]} {one["transactionKeys"]!.AsArray().Count}".ShouldBe("60 50");
    }

    private static Task<Answer> ResolveAsync(Gateway gateway, string id, string body, int version) =>
        gateway.Api.PostAsync($"binding-cases/{id}/resolution", body, "en", ("If-Match", $"\"{version}\""));
}
