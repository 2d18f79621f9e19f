using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Limits;

public sealed class LimitAMerchant(TestCluster cluster)
{
    [Fact]
    public async Task Each_limit_stops_the_sale_that_passes_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"singleFen":500,"dayFen":900,"dayCount":3,"monthFen":1000,"monthCount":4}]""");
        (await gateway.PostAsync(Gateway.Sale(1, 501))).Json["details"]!["limit"]!.GetValue<string>().ShouldBe("500");
        (await gateway.PostAsync(Gateway.Sale(1, 500))).Status.ShouldBe(201);
        var day = await gateway.PostAsync(Gateway.Sale(2, 401));
        day.Status.ShouldBe(422);
        day.Text("code").ShouldBe("limit.day-sum");
        day.Json["details"]!["used"]!.GetValue<string>().ShouldBe("500");
        (await gateway.PostAsync(Gateway.Sale(2, 1))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Sale(3, 1))).Status.ShouldBe(201);
        (await gateway.CodeOfAsync(Gateway.Sale(4, 1))).ShouldBe("limit.day-count");
        // Yesterday is another day of the same month: 502 are used.
        (await gateway.CodeOfAsync(Gateway.Sale(5, 499, at: "2026-11-21T11:00:00+08:00"))).ShouldBe("limit.month-sum");
        (await gateway.PostAsync(Gateway.Sale(5, 498, at: "2026-11-21T11:00:00+08:00"))).Status.ShouldBe(201);
        (await gateway.LimitAsync("""[{"monthCount":4}]""", version: 1)).Status.ShouldBe(200);
        (await gateway.CodeOfAsync(Gateway.Sale(6, 1, at: "2026-11-21T11:00:00+08:00"))).ShouldBe("limit.month-count");
    }

    [Fact]
    public async Task A_pay_type_has_limits_of_its_own()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"payType":"wallet","dayFen":100},{"dayFen":150}]""");
        (await gateway.CodeOfAsync(Gateway.Sale(1, 101, payType: "wallet"))).ShouldBe("limit.day-sum");
        (await gateway.PostAsync(Gateway.Sale(1, 100, payType: "wallet"))).Status.ShouldBe(201);
        var all = await gateway.PostAsync(Gateway.Sale(2, 51, payType: "qr"));
        all.Json["details"]!["payType"]!.GetValue<string>().ShouldBe("all");
        (await gateway.PostAsync(Gateway.Sale(2, 50, payType: "qr"))).Status.ShouldBe(201);

        var used = (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/limits")).Json["inForce"]!.AsArray();
        used.Select(l => $"{l!["payType"] ?? "all"} {l["usedDayFen"]} {l["usedDayCount"]} {l["usedMonthFen"]}").ShouldBe(["wallet 100 1 100", "all 150 2 150"]);
    }

    [Fact]
    public async Task A_void_gives_room_back_and_a_refund_does_not()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        await gateway.PostAsync(Gateway.Sale(1, 100));
        (await gateway.PostAsync(Gateway.Back("void", 2, 100, ofStan: 1))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Sale(3, 100))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Back("refund", 4, 100, ofStan: 3))).Status.ShouldBe(201);
        (await gateway.CodeOfAsync(Gateway.Sale(5, 1))).ShouldBe("limit.day-sum");
    }

    [Fact]
    public async Task The_sale_that_used_the_limit_up_is_still_answered_with_its_first_result()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        await gateway.PostAsync(Gateway.Sale(1, 100));
        // Long after nobody remembers it as under way.
        gateway.Bank.Clock.Advance(TimeSpan.FromMinutes(10));
        (await gateway.PostAsync(Gateway.Sale(1, 100))).Status.ShouldBe(200);
        (await gateway.CodeOfAsync(Gateway.Sale(2, 1))).ShouldBe("limit.day-sum");
        // Its repetition gave no room back that was never its own.
        (await gateway.CodeOfAsync(Gateway.Sale(3, 1))).ShouldBe("limit.day-sum");
    }

    [Fact]
    public async Task At_once_no_more_pass_than_the_limit_allows()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayCount":40}]""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => gateway.PostAsync(Gateway.Sale(i, 1))));
        answers.Count(a => a.Status == 201).ShouldBe(40);
        (await gateway.CountAsync("journal")).ShouldBe(40);
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        await gateway.PostAsync(Gateway.Sale(1, 60));
        await gateway.Api.StopAsync();
        await using var again = await TestApi.StartAsync(gateway.Bank);
        (await again.PostAsync("transactions", Gateway.Sale(2, 41))).Text("code").ShouldBe("limit.day-sum");
        (await again.PostAsync("transactions", Gateway.Sale(2, 40))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_limit_of_tomorrow_waits_and_the_history_stays()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        var path = $"merchants/{Gateway.MerchantNo}/limits";
        var answer = await gateway.Api.PutAsync(path, """{"version":1,"effectiveFrom":"2026-11-23","limits":[]}""");
        answer.Status.ShouldBe(200, answer.Json.ToJsonString());
        answer.Json["version"]!.GetValue<int>().ShouldBe(2);
        answer.Json["inForce"]!.AsArray().Count.ShouldBe(1);
        answer.Json["coming"]![0]!["effectiveFrom"]!.GetValue<string>().ShouldBe("2026-11-23");
        (await gateway.CodeOfAsync(Gateway.Sale(1, 101))).ShouldBe("limit.day-sum");
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        (await gateway.PostAsync(Gateway.Sale(1, 101, at: "2026-11-23T11:00:00+08:00"))).Status.ShouldBe(201);
        (await gateway.Bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'merchant.limits'")).ShouldBe(2);
    }

    [Fact]
    public async Task Setting_the_same_again_changes_nothing_and_setting_over_another_is_refused()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.LimitAsync("""[{"dayFen":100}]""")).Json["version"]!.GetValue<int>().ShouldBe(1);
        (await gateway.LimitAsync("""[{"dayFen":100}]""")).Json["version"]!.GetValue<int>().ShouldBe(1);
        var stale = await gateway.LimitAsync("""[{"dayFen":200}]""");
        stale.Status.ShouldBe(409);
        stale.Text("code").ShouldBe("limit.stale");
        (await gateway.LimitAsync("""[{"dayFen":200}]""", version: 1)).Status.ShouldBe(200);
        (await gateway.CountAsync("merchant_limit")).ShouldBe(2);
        (await gateway.CountAsync("audit_entry")).ShouldBe(2);
    }

    [Theory]
    [InlineData("""[{"dayFen":0}]""", 400, "limit.range")]
    [InlineData("""[{"dayCount":-1}]""", 400, "limit.range")]
    [InlineData("""[{"dayFen":1},{"dayFen":2}]""", 400, "limit.twice")]
    [InlineData("""null""", 400, "limit.range")]
    [InlineData("""[{"dayFen":1},null]""", 400, "limit.range")]
    public async Task A_limit_that_makes_no_sense_is_refused(string limits, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.LimitAsync(limits);
        answer.Status.ShouldBe(status);
        answer.Text("code").ShouldBe(code);
    }

    [Fact]
    public async Task Limits_are_not_set_for_yesterday_nor_for_nobody()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var past = await gateway.Api.PutAsync(
            $"merchants/{Gateway.MerchantNo}/limits", """{"version":0,"effectiveFrom":"2026-11-21","limits":[]}""");
        past.Text("code").ShouldBe("limit.past");
        (await gateway.LimitAsync("[]", merchantNo: "102360758129999")).Status.ShouldBe(404);
        (await gateway.Api.GetAsync("merchants/102360758129999/limits")).Status.ShouldBe(404);
    }
}
