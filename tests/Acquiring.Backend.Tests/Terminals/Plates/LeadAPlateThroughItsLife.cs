using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals.Plates;

public sealed class LeadAPlateThroughItsLife(TestCluster cluster)
{
    [Fact]
    public async Task Plates_are_issued_all_or_none_and_once_under_a_key()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var issued = await gateway.Api.PostAsync("qr-plates", """{"count":3}""", "en", ("Idempotency-Key", "k"));
        issued.Json["plates"]!.AsArray().Select(p => $"{p!["plateCode"]}").ShouldBe(["QR900000014", "QR900000022", "QR900000039"]);
        (await gateway.Api.PostAsync("qr-plates", """{"count":3}""", "en", ("Idempotency-Key", "k"))).Json.ToJsonString()
            .ShouldBe(issued.Json.ToJsonString());
        (await gateway.Api.PostAsync("qr-plates", """{"count":4}""", "en", ("Idempotency-Key", "k"))).Text("code").ShouldBe("request.key-reused");
        foreach (var count in new[] { 0, -1, 1_001 })
        {
            (await gateway.Api.PostAsync("qr-plates", $$"""{"count":{{count}}}""")).Text("code").ShouldBe("plate.count");
        }

        (await gateway.CountAsync("terminal where kind = 'qrPlate'")).ShouldBe(3);
        (await gateway.CountAsync("outbox_event where payload ->> 'kind' = 'qrPlate'")).ShouldBe(3);
        (await gateway.IssueAsync(1_000)).Length.ShouldBe(1_000);

        // Issued beside each other, no number twice.
        var both = await Task.WhenAll(gateway.IssueAsync(50), gateway.IssueAsync(50));
        both[0].Concat(both[1]).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task A_serial_number_that_reads_like_the_next_code_is_passed_over()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync($"update terminal set serial_no = 'QR900000014' where terminal_no = '{Gateway.TerminalNo}'");
        (await gateway.IssueAsync(2)).ShouldBe(["90000002", "90000003"]);
    }

    [Fact]
    public async Task Its_payments_are_its_merchants_from_the_binding_until_it_goes()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = (await gateway.IssueAsync(1))[0];
        (await gateway.CodeOfAsync(PlateDesk.Sale(no, 1))).ShouldBe("transaction.bound-to-another");
        var bound = await gateway.PlateAsync("QR900000014", "bind", MachineDesk.Assign(), 1);
        $"{bound.Status} {bound.ETag} {bound.Text("state")} {bound.Text("merchantNo")} {bound.Json["legalActs"]!.ToJsonString()}".ShouldBe(
            $"""200 "2" bound {Gateway.MerchantNo} ["handOut","replace","reportLost","withdraw"]""");
        (await gateway.PlateAsync(no, "hand-out", """{"on":"2026-11-23"}""", 2)).Text("code").ShouldBe("terminal.install-date");
        (await gateway.PlateAsync(no, "hand-out", "{}", 2)).Text("handedOutOn").ShouldBe("2026-11-22");
        (await gateway.PostAsync(PlateDesk.Sale(no, 2))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Sale(3, 500))).Status.ShouldBe(201);

        var terminal = await gateway.Api.GetAsync($"terminals/{no}");
        $"{terminal.Text("kind")} {terminal.Text("serialNo")} {terminal.Json["days"]![0]!["gross"]!["amountFen"]} {terminal.Json["legalActs"]!.AsArray().Count}"
            .ShouldBe("qrPlate QR900000014 10000 0");
        var merchant = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}");
        $"{merchant.Json["days"]![0]!["gross"]!["amountFen"]} {merchant.Json["plateDays"]![0]!["gross"]!["amountFen"]} {merchant.Json["plateMonths"]![0]!["sales"]}"
            .ShouldBe("10500 10000 1");
        merchant.Json["terminals"]!.AsArray().Select(t => $"{t!["terminalNo"]} {t["kind"]}").ShouldBe(["10000001 pos", "10000002 pos", "90000001 qrPlate"]);
        $"{(await gateway.HolderAsync(no, "2026-11-22"))!["merchantNo"]}".ShouldBe(Gateway.MerchantNo);

        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(1));
        (await gateway.PlateAsync(no, "report-lost", "{}", 3)).Text("state").ShouldBe("lost");
        (await gateway.CodeOfAsync(PlateDesk.Sale(no, 4, "2026-11-22T12:01:00+08:00"))).ShouldBe("transaction.bound-to-another");
        (await gateway.PlateAsync(no, "withdraw", """{"reason":"lostOrStolen"}""", 4)).Text("state").ShouldBe("withdrawn");

        // Nothing of it is for the clearing house.
        (await gateway.CountAsync("binding_change")).ShouldBe(0);
        (await gateway.Api.PostAsync("binding-reports", "{}")).Text("code").ShouldBe("binding-report.nothing");
        (await gateway.Api.GetAsync($"terminals/{no}/history")).Items.Select(s => $"{s["act"]} {s["to"]}").ShouldBe(
            ["scrap scrapped", "reportLost lost", "install installed", "assign assigned", "stockIn inStock"]);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_withdrawn_plate_takes_no_payment()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = await gateway.HandedOutAsync();
        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(1));
        (await gateway.PostAsync(PlateDesk.Sale(no, 1, "2026-11-22T12:00:30+08:00"))).Status.ShouldBe(201);
        (await gateway.PlateAsync(no, "withdraw", PlateDesk.Reason, 3)).Status.ShouldBe(200);
        (await gateway.CodeOfAsync(PlateDesk.Sale(no, 2, "2026-11-22T12:01:00+08:00"))).ShouldBe("transaction.bound-to-another");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Replacing_ends_the_old_and_binds_the_new_in_one_act()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var old = await gateway.HandedOutAsync();
        var next = (await gateway.IssueAsync(2))[0];
        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(1));
        (await gateway.PlateAsync(old, "replace", """{"reason":"broken","replacement":"QR900000028"}""", 3)).Text("code").ShouldBe("plate.code");
        (await gateway.PlateAsync(old, "replace", $$"""{"reason":"broken","replacement":"{{Gateway.TerminalNo}}"}""", 3)).Text("code").ShouldBe("plate.unknown");
        (await gateway.PlateAsync(old, "replace", $$"""{"reason":"broken","replacement":"{{old}}"}""", 3)).Text("code")
            .ShouldBe("plate.replacement-not-in-stock");
        (await gateway.PlateAsync(old, "replace", $$"""{"replacement":"{{next}}"}""", 3)).Text("code").ShouldBe("plate.no-reason");
        var replaced = await gateway.PlateAsync(old, "replace", $$"""{"reason":"suspectedTampering","replacement":"QR900000022"}""", 3, "r");
        replaced.Status.ShouldBe(200, replaced.Json.ToJsonString());
        $"{replaced.Text("state")} {replaced.Json["replacement"]!["state"]} {replaced.Json["replacement"]!["merchantNo"]} {replaced.Json["replacement"]!["installationAddress"]}"
            .ShouldBe($"withdrawn bound {Gateway.MerchantNo} Hongqi Road 12");
        (await gateway.PlateAsync(old, "replace", $$"""{"reason":"suspectedTampering","replacement":"QR900000022"}""", 3, "r")).Json.ToJsonString()
            .ShouldBe(replaced.Json.ToJsonString());
        (await gateway.CodeOfAsync(PlateDesk.Sale(old, 1, "2026-11-22T12:01:00+08:00"))).ShouldBe("transaction.bound-to-another");
        (await gateway.PostAsync(PlateDesk.Sale(next, 2, "2026-11-22T12:01:00+08:00"))).Status.ShouldBe(201);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_closed_merchants_plates_are_withdrawn_and_never_come_back_to_stock()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = await gateway.HandedOutAsync();
        (await gateway.ActAsync("close", """{"why":"Moved away."}""", 1)).Status.ShouldBe(200);
        var plate = await gateway.Api.GetAsync($"qr-plates/{no}");
        $"{plate.Text("state")} {plate.Text("version")} {plate.Json["legalActs"]!.ToJsonString()}".ShouldBe("withdrawn 4 []");
        (await gateway.Api.GetAsync($"terminals/{Gateway.TerminalNo}")).Text("state").ShouldBe("inStock");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Lists_tell_plates_by_state_merchant_and_kind()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var first = await gateway.HandedOutAsync();
        await gateway.IssueAsync(2);
        (await NumbersAsync("qr-plates?state=handedOut")).ShouldBe([first]);
        (await NumbersAsync($"qr-plates?merchantNo={Gateway.MerchantNo}")).ShouldBe([first]);
        (await NumbersAsync("qr-plates?state=lost")).ShouldBeEmpty();
        (await gateway.Api.GetAsync("qr-plates?state=2")).Text("code").ShouldBe("plate.state");
        var page = await gateway.Api.GetAsync("qr-plates?limit=2");
        (await NumbersAsync($"qr-plates?limit=2&cursor={page.Text("next")}")).ShouldBe(["90000003"]);
        (await NumbersAsync("terminals?kind=qrPlate")).ShouldBe(["90000001", "90000002", "90000003"]);
        (await NumbersAsync("terminals?kind=pos")).Count.ShouldBe(3);
        (await gateway.Api.GetAsync("terminals?kind=phone")).Status.ShouldBe(400);
        var row = (await gateway.Api.GetAsync($"terminals?kind=qrPlate&merchantNo={Gateway.MerchantNo}&count=true")).Items.Single();
        $"{row["kind"]} {row["idleMonths"]}".ShouldBe("qrPlate ");
        $"{(await gateway.Api.GetAsync("merchants")).Items[0]["machines"]}".ShouldBe("2");

        async Task<IReadOnlyList<string>> NumbersAsync(string path) => [.. (await gateway.Api.GetAsync(path)).Items.Select(t => $"{t["terminalNo"]}")];
    }
}
