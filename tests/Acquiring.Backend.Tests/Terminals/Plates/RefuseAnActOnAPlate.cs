using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals.Plates;

public sealed class RefuseAnActOnAPlate(TestCluster cluster)
{
    private static readonly string[] s_acts = ["bind", "hand-out", "replace", "report-lost", "withdraw"];

    /// <summary>The acts that are legal, by their places in the list above.</summary>
    [Theory]
    [InlineData("inStock", "bind,report-lost,withdraw")]
    [InlineData("bound", "hand-out,replace,report-lost,withdraw")]
    [InlineData("handedOut", "replace,report-lost,withdraw")]
    [InlineData("lost", "withdraw")]
    [InlineData("withdrawn", "")]
    public async Task Every_act_in_every_state_is_done_or_refused_by_name(string state, string legal)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        string[] path = state switch
        {
            "inStock" => [],
            "bound" => ["bind"],
            "handedOut" => ["bind", "hand-out"],
            "lost" => ["report-lost"],
            _ => ["withdraw"],
        };
        var spare = await gateway.IssueAsync(5);
        var plates = await gateway.IssueAsync(5);
        for (var i = 0; i < 5; i++)
        {
            var version = 1;
            foreach (var act in path)
            {
                (await gateway.PlateAsync(plates[i], act, Body(act, ""), version++)).Status.ShouldBe(200);
            }

            var before = await gateway.CountAsync("terminal_step");
            var answer = await gateway.PlateAsync(plates[i], s_acts[i], Body(s_acts[i], spare[i]), version);
            if (legal.Split(',').Contains(s_acts[i]))
            {
                answer.Status.ShouldBe(200, answer.Json.ToJsonString());
                answer.ETag.ShouldBe($"\"{version + 1}\"");
            }
            else
            {
                answer.Status.ShouldBe(409);
                answer.Text("code").ShouldBe(state == "withdrawn" ? "plate.withdrawn" : "plate.illegal-step");
                (await gateway.CountAsync("terminal_step")).ShouldBe(before);
            }
        }

        await gateway.BooksShouldBeInOrderAsync();
    }

    [Theory]
    [InlineData("en", "The plate is handedOut: bind is not possible. Possible now: replace, reportLost, withdraw.", "Its check digit", "was withdrawn for good")]
    [InlineData("zh-CN", "码牌当前状态为 handedOut，不能执行 bind。当前可执行：replace, reportLost, withdraw。", "校验位不符", "已作废")]
    public async Task Each_refusal_says_what_to_do_in_the_readers_language(string language, string illegal, string code, string withdrawn)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = await gateway.HandedOutAsync();
        (await gateway.PlateAsync(no, "bind", MachineDesk.Assign(), 3, language: language)).Text("detail").ShouldBe(illegal);
        (await gateway.Api.GetAsync("qr-plates/QR900000018", language)).Text("detail").ShouldContain(code, Case.Insensitive);
        (await gateway.PlateAsync(no, "withdraw", PlateDesk.Reason, 3)).Status.ShouldBe(200);
        (await gateway.PlateAsync(no, "report-lost", "{}", 4, language: language)).Text("detail").ShouldContain(withdrawn);
    }

    [Fact]
    public async Task A_machine_is_no_plate_and_a_plate_no_machine()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = await gateway.HandedOutAsync();
        var machine = (await gateway.StockAsync("N860001"))[0];
        (await gateway.PlateAsync(machine, "bind", MachineDesk.Assign(), 1)).Text("code").ShouldBe("plate.unknown");
        (await gateway.PlateAsync("99999999", "bind", MachineDesk.Assign(), 1)).Text("code").ShouldBe("plate.unknown");
        (await gateway.Api.GetAsync($"qr-plates/{machine}")).Status.ShouldBe(404);
        foreach (var act in new[] { "assign", "install", "mark-spare", "watch", "suspend", "order-removal", "recover", "report-lost", "scrap" })
        {
            var body = act == "assign" ? MachineDesk.Assign() : """{"reason":"lostOrStolen","note":"n"}""";
            (await gateway.ActOnAsync(no, act, body, 3)).Text("code").ShouldBe("terminal.is-plate", act);
        }

        var swap = await gateway.ActOnAsync(Gateway.TerminalNo, "recover", PlateDesk.Reason, 1);
        swap.Status.ShouldBe(200);
        (await gateway.ActOnAsync(machine, "assign", MachineDesk.Assign(), 1)).Status.ShouldBe(200);
        (await gateway.ActOnAsync(machine, "install", "{}", 2)).Status.ShouldBe(200);
        var plate = (await gateway.IssueAsync(1))[0];
        (await gateway.ActOnAsync(machine, "swap", $$"""{"reason":"broken","replacement":"{{plate}}"}""", 3)).Text("code").ShouldBe("terminal.is-plate");
        (await gateway.Api.PostAsync(
            "terminal-stock-ins", """{"model":"N86","items":[{"serialNo":"QR900000014"}]}""")).Items.Single()["code"]!.ToString().ShouldBe("terminal.serial-is-plate");
        (await gateway.Api.PostAsync($"terminals/{no}/inspections", """{"inspectedOn":"2026-11-20","inspector":"王芳","result":"inOrder"}"""))
            .Text("code").ShouldBe("terminal.is-plate");
    }

    [Fact]
    public async Task Of_two_at_once_one_wins_and_the_other_is_told()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        foreach (var no in await gateway.IssueAsync(6))
        {
            var pair = await Task.WhenAll(
                gateway.PlateAsync(no, "bind", MachineDesk.Assign(), 1), gateway.PlateAsync(no, "bind", MachineDesk.Assign(Gateway.OtherMerchantNo), 1));
            pair.Select(a => a.Status).Order().ShouldBe([200, 412]);
        }

        (await gateway.CountAsync("terminal_binding b join terminal t using (terminal_id) where t.kind = 'qrPlate'")).ShouldBe(6);

        // Two old plates and one new one: it takes the place of one of them.
        var first = await gateway.HandedOutAsync();
        var second = await gateway.HandedOutAsync();
        var next = (await gateway.IssueAsync(1))[0];
        var body = $$"""{"reason":"broken","replacement":"{{next}}"}""";
        var replaced = await Task.WhenAll(gateway.PlateAsync(first, "replace", body, 3), gateway.PlateAsync(second, "replace", body, 3));
        replaced.Select(a => a.Status).Order().ShouldBe([200, 409]);
        replaced.Single(a => a.Status == 409).Text("code").ShouldBe("plate.replacement-not-in-stock");
    }

    [Fact]
    public async Task Under_one_key_it_is_done_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var no = (await gateway.IssueAsync(1))[0];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.PlateAsync(no, "bind", MachineDesk.Assign(), 1, "b")));
        answers.ShouldAllBe(a => a.ETag == "\"2\"" || a.Text("code") == "request.key-under-way");
        (await gateway.PlateAsync(no, "bind", MachineDesk.Assign(), 1, "b")).ETag.ShouldBe("\"2\"");
        (await gateway.CountAsync("terminal_step where act = 'assign'")).ShouldBe(1);
        (await gateway.Api.PostAsync($"qr-plates/{no}/hand-out", "{}")).Status.ShouldBe(428);
    }

    private static string Body(string act, string replacement) => act switch
    {
        "bind" => MachineDesk.Assign(),
        "replace" => $$"""{"reason":"broken","replacement":"{{replacement}}"}""",
        "withdraw" => PlateDesk.Reason,
        _ => "{}",
    };
}
