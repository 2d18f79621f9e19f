using System.Text;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Groups;

public sealed class GroupMerchants(TestCluster cluster)
{
    private const string Chain = """{"code":"yonghe","kind":"chain","name":"永和连锁"}""";

    [Fact]
    public async Task Members_belong_from_a_date_to_a_date()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.Api.PostAsync("merchant-groups", Chain)).ETag.ShouldBe("\"1\"");
        (await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}","from":"2026-01-01"}""", 1)).ETag.ShouldBe("\"2\"");
        await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.OtherMerchantNo}}"}""", 2);
        (await MembersAsync(gateway, "2025-12-31")).ShouldBeEmpty();
        (await MembersAsync(gateway, "2026-11-21")).ShouldBe([$"{Gateway.MerchantNo} 2026-01-01 "]);
        (await MembersAsync(gateway, "2026-11-22")).Count.ShouldBe(2);

        await ActAsync(gateway, $"yonghe/members/{Gateway.MerchantNo}/remove", """{"on":"2026-12-01","why":"Sold."}""", 3);
        // Removed on its first date: it never belonged.
        await ActAsync(gateway, $"yonghe/members/{Gateway.OtherMerchantNo}/remove", """{"why":"A slip."}""", 4);
        (await MembersAsync(gateway, "2026-11-30")).ShouldBe([$"{Gateway.MerchantNo} 2026-01-01 2026-12-01"]);
        (await MembersAsync(gateway, "2026-12-01")).ShouldBeEmpty();
        (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/groups")).Items.Select(g => $"{g["code"]} {g["kind"]} {g["to"]}").ShouldBe(["yonghe chain 2026-12-01"]);
        (await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}","from":"2026-12-01"}""", 5)).Status.ShouldBe(200);
        (await gateway.CountAsync("outbox_event where object_key = 'yonghe'")).ShouldBe(6);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_and_versions_are_compared()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Api.PostAsync("merchant-groups", Chain);
        (await gateway.Api.PostAsync("merchant-groups", Chain)).Status.ShouldBe(200);
        (await gateway.Api.PostAsync("merchant-groups", Chain.Replace("chain", "market", StringComparison.Ordinal))).Text("code").ShouldBe("group.taken");
        (await gateway.Api.PostAsync("merchant-groups", """{"code":"a b","kind":"chain","name":"x"}""")).Text("code").ShouldBe("group.code");
        (await gateway.Api.PostAsync("merchant-groups", """{"code":"a","kind":"chain","name":" "}""")).Text("code").ShouldBe("merchant.text");
        (await ActAsync(gateway, "none/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}"}""", 1)).Text("code").ShouldBe("group.unknown");
        (await ActAsync(gateway, "yonghe/members", """{"merchantNo":"102360758129999"}""", 1)).Text("code").ShouldBe("merchant.unknown");
        (await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}","from":"9999-12-31"}""", 1)).Text("code").ShouldBe("request.bad-parameter");
        (await gateway.Api.PostBytesAsync("merchant-group-imports?from=9999-12-31", Encoding.UTF8.GetBytes("group_code,merchant_no\n"))).Status.ShouldBe(400);
        (await gateway.Api.PostAsync("merchant-groups/yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}"}""")).Status.ShouldBe(428);
        await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}"}""", 1);
        (await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}"}""", 1)).Text("code").ShouldBe("request.stale");
        (await ActAsync(gateway, "yonghe/members", $$"""{"merchantNo":"{{Gateway.MerchantNo}}"}""", 2)).Text("code").ShouldBe("group.already-in");
        (await ActAsync(gateway, $"yonghe/members/{Gateway.OtherMerchantNo}/remove", """{"why":"x"}""", 2)).Text("code").ShouldBe("group.not-in");
    }

    [Fact]
    public async Task A_list_is_rehearsed_then_imported_and_a_second_time_changes_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var list = Gbk($"group_code,merchant_no\nvip,{Gateway.MerchantNo}\nvip,{Gateway.OtherMerchantNo}\nrural,{Gateway.MerchantNo}\n");
        (await gateway.Api.PostBytesAsync("merchant-group-imports?dryRun=true", list)).Text("added").ShouldBe("3");
        (await gateway.CountAsync("merchant_group_member")).ShouldBe(0);
        (await gateway.Api.PostBytesAsync("merchant-group-imports", list)).Text("added").ShouldBe("3");
        var again = await gateway.Api.PostBytesAsync("merchant-group-imports", list);
        (again.Text("added"), again.Text("unchanged")).ShouldBe(("0", "3"));
        (await gateway.Api.GetAsync("merchant-groups?kind=named")).Items.Select(g => $"{g["code"]} {g["version"]}").ShouldBe(["rural 1", "vip 1"]);
    }

    [Fact]
    public async Task Bad_rows_are_told_by_row_and_column_and_nothing_is_written()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var list = $"group_code,merchant_no\nv p,{Gateway.MerchantNo}\nvip,102360758129999\nvip,{Gateway.MerchantNo}\nvip,{Gateway.MerchantNo}\n";
        var refused = await gateway.Api.PostBytesAsync("merchant-group-imports", Encoding.UTF8.GetBytes(list), "zh-CN");
        (refused.Status, refused.Text("code")).ShouldBe((422, "registry.rows-bad"));
        refused.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]} {e["code"]}").ShouldBe(
            ["2 group_code registry.cell.code", "3 merchant_no registry.merchant-not-known", "5 merchant_no registry.row.repeated"]);
        $"{refused.Json["report"]!["errors"]![1]!["text"]}".ShouldBe("登记簿中没有商户 102***99。请先导入，或更正商户号。");
        (await gateway.CountAsync("merchant_group")).ShouldBe(0);
    }

    private static byte[] Gbk(string text) => CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes(text);

    private static Task<Answer> ActAsync(Gateway gateway, string path, string body, int version) =>
        gateway.Api.PostAsync($"merchant-groups/{path}", body, "en", ("If-Match", $"\"{version}\""));

    private static async Task<List<string>> MembersAsync(Gateway gateway, string on) =>
        [.. (await gateway.Api.GetAsync($"merchant-groups/yonghe/members?on={on}")).Items.Select(m => $"{m["merchantNo"]} {m["from"]} {m["to"]}")];
}
