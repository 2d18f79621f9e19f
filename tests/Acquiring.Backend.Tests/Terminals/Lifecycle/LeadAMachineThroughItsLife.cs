using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals.Lifecycle;

public sealed class LeadAMachineThroughItsLife(TestCluster cluster)
{
    [Fact]
    public async Task From_stock_to_a_merchant_and_back_by_either_of_its_names()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = (await gateway.StockAsync("N860001"))[0];
        no.ShouldBe("90000001");
        var stocked = await gateway.Api.GetAsync("terminals/sn:N860001");
        stocked.ETag.ShouldBe("\"1\"");
        $"{stocked.Text("terminalNo")} {stocked.Text("state")} {stocked.Json["legalActs"]!.ToJsonString()}".ShouldBe(
            """90000001 inStock ["assign","scrap","reportLost"]""");

        // Nobody's machine sells nothing.
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 500, no, at: "2026-11-22T12:00:00+08:00"))).ShouldBe("transaction.bound-to-another");
        var assigned = await gateway.ActOnAsync("sn:N860001", "assign", MachineDesk.Assign(), 1);
        assigned.Status.ShouldBe(200, assigned.Json.ToJsonString());
        assigned.ETag.ShouldBe("\"2\"");
        $"{assigned.Text("state")} {assigned.Text("merchantNo")} {assigned.Json["legalActs"]!.ToJsonString()}".ShouldBe(
            $"""assigned {Gateway.MerchantNo} ["install","move","markSpare","returnToStock","reportLost"]""");
        (await gateway.PostAsync(Gateway.Notice("sale", 2, 500, no, at: "2026-11-22T12:00:01+08:00"))).Status.ShouldBe(201);
        (await gateway.ActOnAsync(no, "install", """{"on":"2026-11-23"}""", 2)).Text("code").ShouldBe("terminal.install-date");
        (await gateway.ActOnAsync(no, "install", """{"on":"2026-11-21"}""", 2)).Text("code").ShouldBe("terminal.install-date");
        (await gateway.ActOnAsync(no, "install", """{"on":"2026-11-22"}""", 2)).Text("state").ShouldBe("installed");
        (await gateway.ActOnAsync(no, "activate", "{}", 3)).Text("state").ShouldBe("active");
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        (await gateway.ActOnAsync(no, "move", """{"installationAddress":"Hongqi Road 14","note":"Next door."}""", 4))
            .Text("installationAddress").ShouldBe("Hongqi Road 14");
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        (await gateway.ActOnAsync(no, "recover", """{"reason":"returned"}""", 5)).Text("merchantNo").ShouldBe("");
        (await gateway.ActOnAsync(no, "return-to-stock", """{"reason":"fitForUse"}""", 6)).Text("state").ShouldBe("inStock");

        // Who held it where, on any date.
        (await gateway.HolderAsync(no, "2026-11-21")).ShouldBeNull();
        $"{(await gateway.HolderAsync(no, "2026-11-22"))!["installationAddress"]}".ShouldBe("Hongqi Road 12");
        $"{(await gateway.HolderAsync("sn:N860001", "2026-11-23"))!["installationAddress"]}".ShouldBe("Hongqi Road 14");
        (await gateway.HolderAsync(no, "2026-11-24")).ShouldBeNull();
        var history = await gateway.Api.GetAsync($"terminals/{no}/history");
        history.Items.Select(s => $"{s["act"]} {s["from"]}-{s["to"]} {s["why"]}").ShouldBe(
        [
            "returnToStock recovered-inStock fitForUse", "recover active-recovered returned", "move active-active Next door.",
            "activate installed-active ", "install assigned-installed ", "assign inStock-assigned ", "stockIn inStock-inStock ",
        ]);
        (await gateway.CountAsync("outbox_event")).ShouldBe(7);
        (await gateway.CountAsync("audit_entry where act like 'terminal.%'")).ShouldBe(7);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_swap_ends_one_binding_and_begins_the_other_in_one_step()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.StockAsync("N860002");
        await gateway.ActOnAsync(Gateway.TerminalNo, "move", """{"installationAddress":"Hongqi Road 12"}""", 1);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "mark-spare", "{}", 2)).Text("spare").ShouldBe("true");
        var swapped = await gateway.ActOnAsync(Gateway.TerminalNo, "swap", """{"reason":"broken","replacement":"sn:N860002"}""", 3);
        swapped.Status.ShouldBe(200, swapped.Json.ToJsonString());
        $"{swapped.Text("state")} {swapped.Json["merchantNo"]} {swapped.Text("spare")}".ShouldBe("recovered  false");
        var other = swapped.Json["replacement"]!;
        $"{other["terminalNo"]} {other["state"]} {other["merchantNo"]} {other["installationAddress"]} {other["spare"]} {other["version"]}".ShouldBe(
            $"90000001 installed {Gateway.MerchantNo} Hongqi Road 12 true 2");
        (await gateway.CodeOfAsync(Gateway.Sale(1, 500, at: "2026-11-22T12:00:01+08:00"))).ShouldBe("transaction.bound-to-another");

        // What the old machine sold before belongs to its time.
        (await gateway.PostAsync(Gateway.Sale(2, 500))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Notice("sale", 3, 500, "90000001", at: "2026-11-22T12:00:01+08:00"))).Status.ShouldBe(201);
        (await gateway.Api.GetAsync("terminals/90000001/history")).Items[0]["details"]!["replaces"]!.ToString().ShouldBe(Gateway.TerminalNo);
        var busy = await gateway.ActOnAsync(Gateway.SecondTerminalNo, "swap", """{"reason":"broken","replacement":"90000001"}""", 1, language: "zh-CN");
        busy.Status.ShouldBe(409);
        busy.Text("detail").ShouldBe("终端 90000001 当前状态为 installed，只有库存机具才能用于换机。");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Of_many_who_want_one_machine_as_replacement_one_gets_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.StockAsync("N860003");
        var answers = await Task.WhenAll(
            new[] { Gateway.TerminalNo, Gateway.SecondTerminalNo, Gateway.OtherTerminalNo }.Select(
                no => gateway.ActOnAsync(no, "swap", """{"reason":"broken","replacement":"sn:N860003"}""", 1)));
        answers.Select(a => a.Status).Order().ShouldBe([200, 409, 409]);
        (await gateway.CountAsync("terminal_binding b join terminal using (terminal_id) where serial_no = 'N860003' and valid_to = 'infinity'")).ShouldBe(1);
        (await gateway.CountAsync("binding_version where serial_no = 'N860003'")).ShouldBe(1);
    }

    /// <summary>Three months without a sale do not end by a suspension, in which nothing can be sold: only a verification ends the watch.</summary>
    [Fact]
    public async Task A_watched_machine_that_was_suspended_is_watched_again()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActOnAsync(Gateway.TerminalNo, "watch", "{}", 1);
        await gateway.ActOnAsync(Gateway.TerminalNo, "suspend", """{"note":"Nobody there."}""", 2);
        await gateway.ActOnAsync(Gateway.TerminalNo, "order-removal", """{"reason":"idle"}""", 3);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "cancel-removal", "{}", 4)).Text("state").ShouldBe("suspended");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "resume", "{}", 5)).Text("state").ShouldBe("watch");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "verify", "{}", 6)).Text("state").ShouldBe("active");
        await gateway.ActOnAsync(Gateway.TerminalNo, "suspend", """{"note":"Opened by force."}""", 7);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "resume", "{}", 8)).Text("state").ShouldBe("active");
    }

    [Fact]
    public async Task A_suspended_machine_sells_nothing_until_it_is_resumed_and_gives_money_back_all_the_same()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Status.ShouldBe(201);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "suspend", "{}", 1)).Text("code").ShouldBe("terminal.text");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "suspend", """{"note":"Opened by force."}""", 1)).Text("state").ShouldBe("suspended");
        (await gateway.CodeOfAsync(Gateway.Sale(2, 500))).ShouldBe("transaction.terminal-stopped");
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Text("duplicate").ShouldBe("true");
        (await gateway.PostAsync(Gateway.Back("refund", 3, 200, ofStan: 1))).Status.ShouldBe(201);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "order-removal", """{"reason":"suspectedTampering"}""", 2)).Status.ShouldBe(200);
        (await gateway.CodeOfAsync(Gateway.Sale(2, 500))).ShouldBe("transaction.terminal-stopped");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "cancel-removal", "{}", 3)).Text("state").ShouldBe("suspended");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "resume", "{}", 4)).Text("state").ShouldBe("active");
        (await gateway.PostAsync(Gateway.Sale(2, 500))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("assign", """{"merchantNo":"102360758120001","installationAddress":"x"}""", 409, "terminal.illegal-step")]
    [InlineData("recover", "{}", 400, "terminal.no-reason")]
    [InlineData("recover", """{"reason":"tired"}""", 400, "request.bad-json")]
    [InlineData("report-lost", """{"reason":"broken"}""", 400, "terminal.not-a-loss")]
    [InlineData("move", """{"installationAddress":" "}""", 400, "terminal.text")]
    [InlineData("move", """{"installationAddress":"6222021234567890128"}""", 400, "terminal.card-in-text")]
    [InlineData("swap", """{"reason":"broken","replacement":"sn:none"}""", 404, "terminal.unknown")]
    public async Task What_cannot_be_done_is_told(string act, string body, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.ActOnAsync(Gateway.TerminalNo, act, body, 1);
        answer.Status.ShouldBe(status, answer.Json.ToJsonString());
        answer.Text("code").ShouldBe(code);
        (await gateway.CountAsync("terminal_step")).ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_or_unknown_merchant_takes_no_machine()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = (await gateway.StockAsync("N860004"))[0];
        (await gateway.ActOnAsync(no, "assign", MachineDesk.Assign("102360758120099"), 1)).Text("code").ShouldBe("merchant.unknown");
        await gateway.ActAsync("close", """{"why":"Given up."}""", 1);
        (await gateway.ActOnAsync(no, "assign", MachineDesk.Assign(), 1)).Text("code").ShouldBe("terminal.merchant-not-signed");
    }
}
