using Acquiring.Backend.Tests.Terminals;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Lifecycle;

public sealed class CloseAMerchant(TestCluster cluster)
{
    [Fact]
    public async Task Its_machines_go_back_to_stock_with_a_step_of_their_own_and_it_stays_closed()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Status.ShouldBe(201);
        var closed = await gateway.ActAsync("close", """{"why":"Shop given up."}""", version: 1);
        closed.Text("state").ShouldBe("closed");
        closed.Json["legalActs"]!.AsArray().ShouldBeEmpty();

        // Two machines were its own, the third is another merchant's.
        (await gateway.Bank.ScalarAsync<long>("select count(*) from terminal where state = 'inStock' and version = 2")).ShouldBe(2);
        (await gateway.Bank.ScalarAsync<long>("select count(*) from terminal_binding where valid_to = 'infinity'")).ShouldBe(1);
        (await gateway.Bank.ScalarAsync<long>(
            "select count(*) from terminal_step where act = 'returnToStock' and from_state = 'active' and details ->> 'merchantNo' = '" + Gateway.MerchantNo + "'")).ShouldBe(2);

        // A late notice of before its closing belongs to its time, but it sells no more; what was sold can still be given back.
        (await gateway.CodeOfAsync(Gateway.Sale(2, 500))).ShouldBe("transaction.merchant-closed");
        (await gateway.PostAsync(Gateway.Back("refund", 3, 500, ofStan: 1))).Status.ShouldBe(201);
        (await gateway.CodeOfAsync(Gateway.Sale(4, 500, at: "2026-11-22T12:00:01+08:00"))).ShouldBe("transaction.bound-to-another");

        foreach (var (act, body) in new[]
        {
            ("close", """{"why":"x"}"""), ("suspend", """{"why":"x","cure":"x"}"""), ("restrict", """{"why":"x","cure":"x","scopes":["qr"]}"""),
            ("lift", """{"hold":1,"why":"x"}"""),
        })
        {
            var refused = await gateway.ActAsync(act, body, version: 2, language: "zh-CN");
            refused.Status.ShouldBe(409);
            refused.Text("detail").ShouldBe($"商户已永久注销，不能执行 {act}，也不能再执行其他操作。如需再次服务该店，请重新申请入网。");
        }

        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Each_machine_is_told_of_and_is_a_spare_no_more()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActOnAsync(Gateway.SecondTerminalNo, "mark-spare", "{}", 1);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.ActAsync("close", """{"why":"Shop given up."}""", version: 1);

        (await gateway.CountAsync("terminal where spare")).ShouldBe(0);
        (await gateway.Bank.ScalarAsync<string>(
            """
            select string_agg(format('%s v%s %s', object_key, object_version, payload - 'version' - 'terminalNo'), E'\n' order by object_key)
            from outbox_event where type = 'terminal.returnToStock'
            """)).ShouldBe(
            """
            10000001 v2 {"kind": "pos", "actor": "operator", "spare": false, "state": "inStock", "reason": "merchantClosed", "serialNo": "S10000001", "merchantNo": null}
            10000002 v3 {"kind": "pos", "actor": "operator", "spare": false, "state": "inStock", "reason": "merchantClosed", "serialNo": "S10000002", "merchantNo": null}
            """);
        // What the idle clocks judge of a date: a spare on the one day, none from the day of the closing on.
        (await gateway.Bank.ScalarAsync<string>(
            "select string_agg(format('%s %s', valid_from, terminal_fact.spare), ', ' order by valid_from) from terminal_fact join terminal using (terminal_id) where terminal_no = '10000002'"))
            .ShouldBe("-infinity f, 2026-11-22 t, 2026-11-23 f");
        (await gateway.CountAsync("terminal_fact join terminal using (terminal_id) where terminal_no = '10000001'")).ShouldBe(0);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_machine_in_stock_is_not_idle()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await IdleAsync(gateway)).ShouldBe([Gateway.TerminalNo, Gateway.SecondTerminalNo, Gateway.OtherTerminalNo]);
        await gateway.ActAsync("close", """{"why":"Shop given up."}""", version: 1);
        (await IdleAsync(gateway)).ShouldBe([Gateway.OtherTerminalNo]);
    }

    private static async Task<IEnumerable<string>> IdleAsync(Gateway gateway) =>
        (await gateway.Api.GetAsync("idle-terminals?on=2026-11-22")).Items.Select(t => $"{t["terminalNo"]}");
}
