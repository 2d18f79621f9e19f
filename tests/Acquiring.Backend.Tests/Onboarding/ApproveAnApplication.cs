using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class ApproveAnApplication(TestCluster cluster)
{
    [Fact]
    public async Task It_makes_merchant_number_plan_history_and_work_orders_in_one_step()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => desk.ActAsync("activate", 3, key: "a")));
        // Done once: who came while it was under way is told to come again.
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Text("code") == "request.key-under-way");
        var done = await desk.ActAsync("activate", 3, key: "a");
        done.ETag.ShouldBe("\"4\"");
        answers.Where(a => a.Status == 200).Select(a => a.Json.ToJsonString()).Distinct().ShouldBe([done.Json.ToJsonString()]);
        var approved = done.Json["merchant"]!;
        approved["merchantNo"]!.ToString().ShouldBe("102360754110001"); // 102, the branch's 3607, MCC 5411, the first.
        approved["planFrom"]!.ToString().ShouldBe("2026-11-22");
        approved["workOrders"]!.AsArray().Count.ShouldBe(3);

        var merchant = await desk.Api.GetAsync("merchants/102360754110001");
        merchant.Text("state").ShouldBe("active");
        merchant.Text("name").ShouldBe("赣州某超市有限公司");
        merchant.ETag.ShouldBe("\"1\"");
        (await desk.Api.GetAsync("merchants/102360754110001/history")).Items.ShouldHaveSingleItem()["act"]!.ToString().ShouldBe("activate");
        var plan = (await desk.Api.GetAsync("merchants/102360754110001/fee-plans")).Items.ShouldHaveSingleItem();
        $"{plan["effectiveFrom"]} {plan["inForce"]} {plan["proposalId"]}".ShouldBe($"2026-11-22 true {OnboardingDesk.First}");

        var orders = await desk.Api.GetAsync("work-orders?state=open&limit=2");
        orders.Items.Select(o => $"{o["workOrderId"]} {o["kind"]} {o["merchantNo"]} {o["model"]} {o["township"]} {o["terminalNo"]}").ShouldBe(
            ["1 install 102360754110001 N86 水东镇 ", "2 install 102360754110001 N86 水东镇 "]);
        (await desk.Api.GetAsync($"work-orders?merchantNo=102360754110001&cursor={orders.Text("next")}")).Items.ShouldHaveSingleItem()["model"]!
            .ToString().ShouldBe("N92");
        (await desk.Api.GetAsync("work-orders?state=done")).Items.ShouldBeEmpty();
        (await desk.Bank.ScalarAsync<string>("select string_agg(type || ' ' || object_version, ', ' order by outbox_event_id) from outbox_event"))
            .ShouldBe(
                "application.submit 1, application.receive-document 1, application.receive-document 1, application.verify 2, application.sign 3, "
                + "application.activate 4, merchant.activate 1");
    }

    [Fact]
    public async Task The_merchant_has_its_trade_name_is_listed_with_it_and_found_by_it()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync(form: OnboardingDesk.Form(("tradeName", "好邻居便利")));
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        (await desk.Api.GetAsync("merchants/102360754110001")).Text("tradeName").ShouldBe("好邻居便利");
        (await desk.Api.GetAsync("merchants")).Items.ShouldHaveSingleItem()["tradeName"]!.ToString().ShouldBe("好邻居便利");
        var found = (await desk.Api.GetAsync("search?q=" + Uri.EscapeDataString("邻居"))).Items.ShouldHaveSingleItem();
        $"{found["id"]} {found["label"]}".ShouldBe("102360754110001 赣州某超市有限公司 · 好邻居便利");
        (await desk.Api.GetAsync("search?q=" + Uri.EscapeDataString("某超"))).Items.ShouldHaveSingleItem()["label"]!.ToString().ShouldBe("赣州某超市有限公司");
    }

    [Fact]
    public async Task Its_first_sale_is_priced_the_same_day_and_the_books_are_in_order()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        // Asked for before it is there, its grain must not remember that.
        (await desk.Api.GetAsync("merchants/102360754110001")).Status.ShouldBe(404);
        await desk.SignedAsync();
        await desk.ActAsync("activate", 3);
        await desk.Bank.TerminalAsync("10000001", await desk.Bank.ScalarAsync<int>("select merchant_id from merchant"));
        await desk.Bank.ExecuteAsync("update registry_version set version = version + 1");
        desk.Bank.Changes.AdvanceRegistry();
        var sale = await desk.Api.PostAsync(
            "transactions",
            """{"merchantNo":"102360754110001","terminalNo":"10000001","batch":1,"stan":1,"occurredAt":"2026-11-22T11:00:00+08:00","kind":"sale","amountFen":10000,"payType":"card","cardKind":"debit","reference":"R00000000001"}""");
        sale.Status.ShouldBe(201);
        (await desk.Bank.ScalarAsync<long>("select fee_fen from journal")).ShouldBe(60); // 0.60 % of 100.00.
        (await desk.Api.GetAsync("book-checks")).Text("ok").ShouldBe("true");
        (await desk.Api.GetAsync("merchants/102360754110001")).Text("state").ShouldBe("active");
    }

    [Fact]
    public async Task What_is_not_as_it_was_verified_is_refused_and_makes_nothing()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        await desk.SendAsync(OnboardingDesk.FormOf(5), id: OnboardingDesk.Second);
        // Nothing in the product can do this: another's form under the verified one.
        await desk.Bank.CorruptAsync(
            $"update application_form set form_sealed = (select form_sealed from application_form where application_id = '{OnboardingDesk.Second}') where application_id = '{OnboardingDesk.First}'");
        var refused = await desk.ActAsync("activate", 3, language: "zh-CN");
        refused.Status.ShouldBe(409);
        refused.Text("detail").ShouldBe("当前内容与核实时不一致。请退回补正，或重新提交并再次核实。");
        (await desk.CountAsync("merchant")).ShouldBe(0);
        (await desk.CountAsync("work_order")).ShouldBe(0);
        (await desk.CountAsync("merchant_number_counter")).ShouldBe(0);
    }

    [Fact]
    public async Task Many_at_once_get_numbers_of_their_own_without_a_gap()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        for (var no = 1; no <= 24; no++)
        {
            await desk.SignedAsync(OnboardingDesk.IdOf(no), OnboardingDesk.FormOf(no));
        }

        var answers = await Task.WhenAll(Enumerable.Range(1, 24).Select(no => desk.ActAsync("activate", 3, OnboardingDesk.IdOf(no))));
        answers.Select(a => $"{a.Json["merchant"]!["merchantNo"]}").Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 24).Select(no => $"10236075411{no:D4}"));
    }

    [Theory]
    [InlineData(9_998, "", "102360754119999")]
    [InlineData(9_999, "", "10236075411000A")]
    [InlineData(0, "102360754110001", "102360754110002")]
    [InlineData(9_998, "102360754119999", "10236075411000A")]
    [InlineData(1_679_614, "", "10236075411ZZZZ")]
    public async Task The_next_free_number_is_given_and_imported_ones_are_passed_over(int last, string imported, string expected)
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.Bank.ExecuteAsync($"insert into merchant_number_counter (prefix, last) values ('10236075411', {last})");
        if (imported.Length > 0)
        {
            await desk.Bank.MerchantAsync(imported);
        }

        await desk.SignedAsync();
        (await desk.ActAsync("activate", 3)).Json["merchant"]!["merchantNo"]!.ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task When_all_numbers_are_taken_or_the_branch_tells_no_area_the_cure_is_told()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.Bank.ExecuteAsync("insert into merchant_number_counter (prefix, last) values ('10236075411', 1679615)");
        await desk.SignedAsync();
        var exhausted = await desk.ActAsync("activate", 3);
        exhausted.Status.ShouldBe(409);
        exhausted.Text("code").ShouldBe("application.numbers-exhausted");
        await desk.SignedAsync(OnboardingDesk.Second, OnboardingDesk.Form(("branchCode", "A1")));
        (await desk.ActAsync("activate", 3, OnboardingDesk.Second)).Text("code").ShouldBe("application.no-area");
        (await desk.CountAsync("merchant")).ShouldBe(0);
    }
}
