using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Merchants.Handover;

public sealed class HandMerchantsOver(TestCluster cluster)
{
    private const string First = "0199f0c4-7a10-7000-8000-000000000001";
    private const string Second = "0199f0c4-7a10-7000-8000-000000000002";

    [Fact]
    public async Task Each_date_keeps_the_hands_it_had()
    {
        await using var gateway = await OpenAsync();
        var done = await OverAsync(gateway, First, $$"""
            "merchantNos":["{{Gateway.MerchantNo}}","{{Gateway.OtherMerchantNo}}"],"to":{"managerCode":"A"},"effectiveOn":"2026-11-01"
            """);
        (done.Status, done.Text("done"), done.Text("applied")).ShouldBe((200, "2", "true"), done.Json.ToJsonString());
        await OverAsync(gateway, Second, """ "allOfFrom":true,"from":{"managerCode":"A"},"to":{"managerCode":"B"} """);

        var care = (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/care")).Items;
        care.Select(c => $"{c["from"]}..{c["to"]} {c["managerCode"]} {c["branchCode"]}").ShouldBe(
            ["..2026-11-01  360700", "2026-11-01..2026-11-22 A 360700", "2026-11-22.. B 360799"]);
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/care?on=2026-11-21")).Items.Select(c => $"{c["managerCode"]}").ShouldBe(["A"]);
        var merchant = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}");
        (merchant.Text("branchCode"), merchant.ETag).ShouldBe(("360799", "\"3\""));
        (await gateway.Api.GetAsync("account-managers")).Items.Select(m => $"{m["managerCode"]} {m["merchants"]}").ShouldBe(["A 0", "B 2"]);
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/history")).Items.Select(s => $"{s["act"]} {s["details"]!["managerCode"]}").ShouldBe(["handOver B", "handOver A"]);
        (await gateway.CountAsync("outbox_event where type = 'merchant.handOver'")).ShouldBe(4);
        (await gateway.CountAsync("audit_entry where act = 'merchant.handOver'")).ShouldBe(2);
    }

    [Fact]
    public async Task Each_merchant_is_answered_and_on_demand_one_refusal_stops_all()
    {
        await using var gateway = await OpenAsync();
        await gateway.ActAsync("close", """{"why":"Gone."}""", version: 1);
        var some = $$"""
            "merchantNos":["{{Gateway.MerchantNo}}","{{Gateway.OtherMerchantNo}}","102360758129999"],"to":{"managerCode":"A"}
            """;
        var stopped = await OverAsync(gateway, First, some + ",\"allOrNothing\":true", "zh-CN");
        (stopped.Status, stopped.Text("detail")).ShouldBe((422, "有 2 户商户不能移交，因此全部未移交。请剔除后重试，或不要求全部成功。"));
        (await gateway.CountAsync("merchant_care")).ShouldBe(0);
        (await OverAsync(gateway, First, some + ",\"dryRun\":true")).Text("applied").ShouldBe("false");
        (await gateway.CountAsync("merchant_care")).ShouldBe(0);

        var done = await OverAsync(gateway, First, some);
        done.Status.ShouldBe(207);
        done.Json["items"]!.AsArray().Select(i => $"{i!["merchantNo"]} {i["state"]} {i["code"]} {i["version"]}").ShouldBe(
        [
            $"{Gateway.MerchantNo} refused handover.closed ", $"{Gateway.OtherMerchantNo} done  2", "102360758129999 refused merchant.unknown ",
        ]);
        var repeated = await OverAsync(gateway, First, some);
        JsonNode.DeepEquals(repeated.Json, done.Json).ShouldBeTrue();
        (await OverAsync(gateway, First, """ "allOfFrom":true,"from":{"managerCode":"A"},"to":{"managerCode":"B"} """)).Text("code").ShouldBe("handover.differs");
        (await gateway.CountAsync("merchant_care where not voided")).ShouldBe(2);
    }

    [Fact]
    public async Task Hands_that_are_decided_for_later_are_not_overtaken()
    {
        await using var gateway = await OpenAsync();
        const string ToA = """ "merchantNos":["102360758120001"],"to":{"managerCode":"A"} """;
        (await OverAsync(gateway, First, ToA + ",\"effectiveOn\":\"2026-12-01\"")).Status.ShouldBe(200);
        var earlier = await OverAsync(gateway, Second, ToA + ",\"effectiveOn\":\"2026-11-30\"");
        (earlier.Status, $"{earlier.Json["items"]![0]!["code"]}").ShouldBe((207, "handover.later"));
        (await gateway.CountAsync("merchant_care where valid_from = '2026-11-30'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_changed_manager_is_told_with_the_merchants_that_are_in_these_hands()
    {
        await using var gateway = await OpenAsync();
        await OverAsync(gateway, First, """ "merchantNos":["102360758120001","102360758120002"],"to":{"managerCode":"A"} """);
        var changed = await gateway.Api.PutAsync("account-managers/A", """{"branchCode":"360700","active":false}""", "en", ("If-Match", "\"1\""));
        (changed.Text("active"), changed.Text("merchants"), changed.ETag).ShouldBe(("false", "2", "\"2\""));
    }

    [Theory]
    [InlineData("360700", 200, "")]
    [InlineData("360799", 409, "manager.taken")]
    public async Task Of_two_that_make_one_code_known_at_once_the_second_overwrites_nothing(string branch, int status, string code)
    {
        await using var gateway = await OpenAsync();
        await using var first = await gateway.Bank.DataSource.OpenConnectionAsync();
        await using var transaction = await first.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(
            "insert into account_manager (manager_code, branch_code, active, version, changed_at) values ('C', '360700', true, 1, now())", first))
        {
            await command.ExecuteNonQueryAsync();
        }

        var second = gateway.Api.PostAsync("account-managers", $$"""{"managerCode":"C","branchCode":"{{branch}}"}""");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await gateway.CountAsync("pg_stat_activity where wait_event = 'transactionid' and datname = current_database()") == 0)
        {
            await Task.Delay(20, limit.Token);
        }

        await transaction.CommitAsync();
        var answer = await second;
        answer.Status.ShouldBe(status, answer.Json.ToJsonString());
        if (code.Length > 0)
        {
            answer.Text("code").ShouldBe(code);
        }

        (await gateway.CountAsync("account_manager where manager_code = 'C' and branch_code = '360700' and version = 1")).ShouldBe(1);
        (await gateway.CountAsync("outbox_event where object_key = 'C'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"C"} """, 404, "manager.unknown")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"branchCode":"9"} """, 404, "manager.unknown-branch")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"A","branchCode":"360799"} """, 422, "handover.manager-elsewhere")]
    [InlineData(""" "merchantNos":["102360758120001",null],"to":{"managerCode":"A"} """, 400, "handover.merchant-no")]
    [InlineData(""" "merchantNos":["6222021234567890128"],"to":{"managerCode":"A"} """, 400, "handover.merchant-no")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{} """, 400, "handover.to-whom")]
    [InlineData(""" "to":{"managerCode":"A"} """, 400, "handover.who")]
    [InlineData(""" "allOfFrom":true,"to":{"managerCode":"A"} """, 400, "handover.who")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"A"},"effectiveOn":"2026-10-21" """, 400, "handover.date")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"A"},"effectiveOn":"2026-10-22" """, 200, "")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"A"},"effectiveOn":"2026-12-01" """, 200, "")]
    [InlineData(""" "merchantNos":["102360758120001"],"to":{"managerCode":"B"},"effectiveOn":"2026-12-01" """, 207, "handover.branch-later")]
    [InlineData(""" "merchantNos":["102360758120001"],"from":{"managerCode":"A"},"to":{"managerCode":"B"} """, 207, "handover.other-hands")]
    public async Task What_does_not_fit_is_named(string body, int status, string code)
    {
        await using var gateway = await OpenAsync();
        var answer = await OverAsync(gateway, First, body);
        (answer.Status, status < 300 ? $"{answer.Json["items"]![0]!["code"]}" : answer.Text("code")).ShouldBe((status, code));
    }

    private async Task<Gateway> OpenAsync()
    {
        var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync("insert into branch (branch_code, name) values ('360799', 'x')");
        (await gateway.Api.PostAsync("account-managers", """{"managerCode":"A","branchCode":"360700"}""")).Status.ShouldBe(200);
        (await gateway.Api.PostAsync("account-managers", """{"managerCode":"B","branchCode":"360799"}""")).Status.ShouldBe(200);
        (await gateway.Api.PostAsync("account-managers", """{"managerCode":"B","branchCode":"360700"}""")).Text("code").ShouldBe("manager.taken");
        return gateway;
    }

    private static Task<Answer> OverAsync(Gateway gateway, string id, string body, string language = "en") =>
        gateway.Api.PostAsync("merchant-handovers", $$"""{"handoverId":"{{id}}","why":"Rotation.",{{body}}}""", language);
}
