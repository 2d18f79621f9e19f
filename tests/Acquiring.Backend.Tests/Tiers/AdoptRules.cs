using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Tiers;

/// <summary>It is noon of 2026-11-22.</summary>
public sealed class AdoptRules(TestCluster cluster)
{
    [Fact]
    public async Task Rules_are_proposed_compared_and_adopted_from_a_date_on()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await RankMerchants.CloseAsync(gateway, "2026-11-21", "2026-11-23");
        await RankMerchants.RunAsync(gateway, "2026-11-21");
        var content = (await gateway.Api.GetAsync("tier-rule-sets/1")).Json["content"]!;
        content["rules"]![5]!["mccs"] = new JsonArray("5331", "5411");
        content["rules"]!.AsArray().RemoveAt(1);
        content["keyTownships"] = new JsonArray("九堡镇");

        var checkedOnly = await gateway.Api.PostAsync("tier-rule-sets?validateOnly=true", content.ToJsonString());
        $"{checkedOnly.Status} {checkedOnly.Json["version"]} {checkedOnly.Json["validateOnly"]}".ShouldBe("200 2 true");
        (await gateway.CountAsync("tier_rule_set")).ShouldBe(1);
        (string, string)[] key = [("Idempotency-Key", "k-1")];
        (await gateway.Api.PostAsync("tier-rule-sets", content.ToJsonString(), "en", key)).Json["version"]!.GetValue<int>().ShouldBe(2);
        (await gateway.Api.PostAsync("tier-rule-sets", content.ToJsonString(), "en", key)).Json["version"]!.GetValue<int>().ShouldBe(2);
        (await gateway.CountAsync("tier_rule_set")).ShouldBe(2);

        var whatIf = await gateway.Api.GetAsync("tier-rule-sets/2/what-if");
        $"{whatIf.Json["merchants"]} {whatIf.Json["moved"]} {whatIf.Json["notEnoughEvidence"]} {whatIf.Json["moves"]!.AsArray().Single()!.ToJsonString()}"
            .ShouldBe("""2 2 0 {"dimension":"industry","from":null,"to":"smallConvenience","merchants":2}""");

        var list = await gateway.Api.GetAsync("tier-rule-sets");
        (list.ETag, list.Items.Count).ShouldBe(("\"1\"", 2));
        (await AdoptAsync(gateway, 2, "2026-11-22", "\"1\"")).Text("code").ShouldBe("tiers.adopt-too-early");
        (await AdoptAsync(gateway, 2, "2026-11-23", "\"7\"")).Status.ShouldBe(412);
        (await AdoptAsync(gateway, 2, "2026-11-23", null)).Status.ShouldBe(428);
        (await AdoptAsync(gateway, 9, "2026-11-23", "\"1\"")).Status.ShouldBe(404);
        (await AdoptAsync(gateway, 2, "2028-11-23", "\"1\"")).Text("code").ShouldBe("tiers.adopt-too-late");
        var adopted = await AdoptAsync(gateway, 2, "2026-11-23", "\"1\"");
        (adopted.Status, adopted.ETag).ShouldBe((200, "\"2\""));
        (await AdoptAsync(gateway, 1, "2026-11-23", "\"2\"")).Text("code").ShouldBe("tiers.adopted-already");

        var run = await RankMerchants.RunAsync(gateway, "2026-11-23");
        $"{run.Json["judgesAll"]} {run.Json["ruleSetVersion"]} {run.Json["written"]}".ShouldBe("true 2 2");
        var change = run.Json["changes"]![0]!;
        $"{change["move"]} {change["reasons"]![0]} {change["tier"]}".ShouldBe("promotion ruleSet smallConvenience");
    }

    [Fact]
    public async Task Ten_at_once_adopt_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AdoptAsync(gateway, 1, "2026-11-23", "\"1\"")));
        answers.Select(a => a.Status).Order().ShouldBe([200, .. Enumerable.Repeat(412, 9)]);
        (await gateway.CountAsync("tier_rule_adoption")).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_in_both_languages()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string bad = """{"name":"x","rules":[{"code":"a","tier":"b","dimension":"industry","class":"big","mccs":["12"],"source":"x"}]}""";
        var answer = await gateway.Api.PostAsync("tier-rule-sets", bad, "zh-CN");
        (answer.Status, answer.Text("code"), answer.Text("detail")).ShouldBe((400, "tiers.mcc", "rules[0].mccs[0] 须为四位数字的商户类别码。"));
        (await gateway.Api.PostAsync("tier-rule-sets", """{"name":"x"}""")).Text("detail").ShouldBe("rules must have 1 to 200 entries.");
        // No column holds the character of no character.
        var rules = (await gateway.Api.GetAsync("tier-rule-sets/1")).Json["content"]!;
        rules["name"] = "\u0000x";
        (await gateway.Api.PostAsync("tier-rule-sets", rules.ToJsonString())).Status.ShouldBe(400);
        foreach (var nulls in new[] { """ "rules":[null] """, """ "rules":[{"code":"a","tier":"b","dimension":"industry","class":"big","mccs":[null],"source":"x"}] """ })
        {
            (await gateway.Api.PostAsync("tier-rule-sets", "{\"name\":\"x\"," + nulls + "}")).Status.ShouldBe(400);
        }
    }

    private static Task<Answer> AdoptAsync(Gateway gateway, int version, string from, string? ifMatch) => gateway.Api.PostAsync(
        $"tier-rule-sets/{version}/adopt", $$"""{"effectiveFrom":"{{from}}","why":"Decided."}""", "en", ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
