using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdlePolicies;

/// <summary>It is noon of 2026-11-22; the bank is that of <see cref="NightBank"/>: one machine sells each day, the other sold last on 2026-08-20.</summary>
public sealed class AdoptAPolicy(TestCluster cluster)
{
    [Fact]
    public async Task A_policy_is_proposed_compared_adopted_for_a_branch_and_judged_by()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        var content = (await night.Api.GetAsync("idle-policies/1")).Json["content"]!;
        content["earlyWarning"]!["anyTerminal"]!["daysMoreThan"] = 60;
        content["earlyWarning"]!["mostTerminals"] = null;
        content["earlyWarning"]!["allTerminals"]!["daysMin"] = 1;
        var body = content.ToJsonString();
        var checkedOnly = await night.Api.PostAsync("idle-policies?validateOnly=true", body);
        $"{checkedOnly.Status} {checkedOnly.Json["version"]} {checkedOnly.Json["validateOnly"]}".ShouldBe("200 2 true");
        (await night.Bank.ScalarAsync<long>("select count(*) from idle_policy")).ShouldBe(1);
        (string, string)[] key = [("Idempotency-Key", "k-1")];
        (await night.Api.PostAsync("idle-policies", body, "en", key)).Json["version"]!.GetValue<int>().ShouldBe(2);
        (await night.Api.PostAsync("idle-policies", body, "en", key)).Json["version"]!.GetValue<int>().ShouldBe(2);

        // One of two machines is idle beyond 10 days under both; on the 21st, without a file, the busy one would be idle for a day.
        var whatIf = (await night.Api.GetAsync("idle-policies/2/what-if?on=2026-11-20")).Json;
        $"{whatIf["terminals"]} {whatIf["moved"]} {whatIf["moves"]!.AsArray().Count}".ShouldBe("2 0 0");
        content["earlyWarning"]!["anyTerminal"] = null;
        (await night.Api.PostAsync("idle-policies", content.ToJsonString())).Json["version"]!.GetValue<int>().ShouldBe(3);
        whatIf = (await night.Api.GetAsync("idle-policies/3/what-if?on=2026-11-20&against=1")).Json;
        whatIf["moves"]!.AsArray().Single()!.ToJsonString().ShouldBe("""{"layer":"earlyWarning","from":"found anyTerminal","to":"clear","terminals":1}""");
        var moved = await night.Api.GetAsync("idle-policies/3/what-if/terminals?on=2026-11-20&against=1&layer=earlyWarning&limit=1");
        $"{moved.Items.Single()["terminalNo"]} {moved.Items.Single()["fromVerdict"]!["numbers"]!["reachedOn"]} {moved.Json["next"]}".ShouldBe("10000002 2026-08-31 ");
        (await night.Api.GetAsync("idle-policies/9/what-if")).Text("code").ShouldBe("idle-policy.unknown-version");
        (await night.Api.GetAsync("idle-policies/3/what-if/terminals?layer=none")).Text("code").ShouldBe("idle-policy.word");

        var list = await night.Api.GetAsync("idle-policies");
        (list.ETag, list.Items.Count).ShouldBe(("\"1\"", 3));
        (await AdoptAsync(night, 3, "360700", "2026-11-22", "\"1\"")).Text("code").ShouldBe("idle-policy.adopt-too-early");
        (await AdoptAsync(night, 3, "360700", "2026-11-23", "\"7\"")).Status.ShouldBe(412);
        (await AdoptAsync(night, 3, "360700", "2026-11-23", null)).Status.ShouldBe(428);
        (await AdoptAsync(night, 9, "360700", "2026-11-23", "\"1\"")).Status.ShouldBe(404);
        (await AdoptAsync(night, 3, "999999", "2026-11-23", "\"1\"")).Text("code").ShouldBe("idle-policy.unknown-branch");
        (await AdoptAsync(night, 3, "360700", "2028-11-23", "\"1\"")).Text("code").ShouldBe("idle-policy.adopt-too-late");
        var adopted = await AdoptAsync(night, 3, "360700", "2026-11-23", "\"1\"");
        (adopted.Status, adopted.ETag).ShouldBe((200, "\"2\""));
        (await AdoptAsync(night, 2, "360700", "2026-11-23", "\"2\"")).Text("code").ShouldBe("idle-policy.adopted-already");

        // Nobody sells on the 21st and the 22nd, so both are warned of. On the 23rd one sells, and the other is cleared by the policy alone.
        night.Bank.Clock.Advance(TimeSpan.FromDays(3));
        await night.Bank.FilesAsync("2026-11-21", "2026-11-23");
        await night.Bank.PostAsync(1, 1, "2026-11-23", stan: 99);
        await night.AskAsync("2026-11-23");
        await night.WorkAsync();
        (await night.StepAsync("2026-11-23", "idle")).ShouldBe("done 4/4 cleared=2");
        var answer = await night.Api.GetAsync("terminals/10000002/idle-verdicts?on=2026-11-23");
        $"{answer.Json["judgedThrough"]} {answer.Json["verdicts"]![0]!["state"]} {answer.Json["verdicts"]![0]!["policyVersion"]} {answer.Json["verdicts"]![0]!["verdict"]!["because"]}"
            .ShouldBe("2026-11-23 clear 3 active");
        (await night.Api.GetAsync("book-checks")).Json["ok"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_past_answer_is_the_same_bytes_and_the_list_has_its_filters()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        await night.AskAsync("2026-11-20");
        await night.WorkAsync();
        var first = Encoding.UTF8.GetString(await night.Api.GetBytesAsync("terminals/10000002/idle-verdicts?on=2026-11-20"));
        first.ShouldBe(
            """{"terminalNo":"10000002","on":"2026-11-20","judgedThrough":"2026-11-20","verdicts":[{"layer":"earlyWarning","state":"found","judgedOn":"2026-11-17","since":"2026-11-17","merchantNo":"102360758120001","policyVersion":1,"verdict":{"state":"found","rule":"anyTerminal","numbers":{"lastActivityOn":"2026-08-20","reachedOn":"2026-08-31","incompleteDays":0,"daysMoreThan":10},"evidence":[{"activity":"registry","source":"practice of fleets [R]"}],"wouldChange":[{"what":"sale"},{"what":"spare"}]}}]}"""
                .Replace("\"judgedOn\":\"2026-11-17\",\"since\":\"2026-11-17\"", "\"judgedOn\":\"2026-11-20\",\"since\":\"2026-11-20\""));
        await night.Bank.FileAsync("2026-11-21");
        await night.Bank.PostAsync(1, 2, "2026-11-21", stan: 1);
        await night.AskAsync("2026-11-21");
        await night.WorkAsync();
        (await night.StepAsync("2026-11-21", "idle")).ShouldBe("done 4/4 cleared=1");
        Encoding.UTF8.GetString(await night.Api.GetBytesAsync("terminals/10000002/idle-verdicts?on=2026-11-20")).ShouldBe(first);
        (await night.Api.GetAsync("terminals/10000001/idle-verdicts?on=2026-11-20")).Json["verdicts"]!.AsArray().Count.ShouldBe(0);
        (await night.Api.GetAsync("terminals/99999999/idle-verdicts")).Text("code").ShouldBe("terminal.unknown");
        (await night.Api.GetAsync("terminals/10000001/idle-verdicts?on=2026-11-23")).Text("code").ShouldBe("idle-policy.date-range");

        var page = await night.Api.GetAsync("idle-verdicts?limit=1");
        $"{page.Items.Single()["state"]} {page.Items.Single()["standing"]} {page.Json["next"] is not null}".ShouldBe("clear false True");
        var next = await night.Api.GetAsync($"idle-verdicts?limit=1&cursor={page.Json["next"]}");
        $"{next.Items.Single()["state"]} {next.Items.Single()["rule"]} {next.Json["next"]}".ShouldBe("found anyTerminal ");
        (await night.Api.GetAsync("idle-verdicts?standing=true")).Items.Count.ShouldBe(0);
        (await night.Api.GetAsync("idle-verdicts?layer=earlyWarning&state=found,exempt&branch=360700&terminalNo=10000002&from=2026-11-01&to=2026-11-20")).Items.Count.ShouldBe(1);
        (await night.Api.GetAsync("idle-verdicts?layer=lowVolume")).Items.Count.ShouldBe(0);
        (await night.Api.GetAsync("idle-verdicts?layer=both")).Status.ShouldBe(400);
        Encoding.UTF8.GetString(await night.Api.GetBytesAsync("idle-verdicts.csv?state=found")).ShouldContain("10000002,102360758120001,商户,360700,earlyWarning,2026-11-20,found,anyTerminal,2026-11-20,1,false");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_in_both_languages()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var content = (await night.Api.GetAsync("idle-policies/1")).Json["content"]!;
        content["legalClocks"]!["verifyAfterMonths"] = 6;
        var refused = await night.Api.PostAsync("idle-policies", content.ToJsonString());
        $"{refused.Status} {refused.Text("code")}".ShouldBe("422 idle-policy.legal-clock");
        refused.Text("detail").ShouldBe(
            "legalClocks.verifyAfterMonths is 3 by law (中支协发〔2021〕161号 [S/R]); a policy neither lengthens nor shortens it. Write 3.");
        (await night.Api.PostAsync("idle-policies", content.ToJsonString(), "zh-CN")).Text("detail").ShouldBe(
            "legalClocks.verifyAfterMonths 依规为 3 个月（中支协发〔2021〕161号 [S/R]），政策不得延长或缩短，请填写 3。");
        foreach (var (edit, code, at) in ((Action<JsonNode>, string, string)[])
            [
                (c => c["name"] = "", "idle-policy.text", "name must"),
                (c => c["legalClocks"]!["removeAfterMonths"] = 13, "idle-policy.legal-clock", "legalClocks.removeAfterMonths"),
                (c => c["lowVolume"]!["months"] = 13, "idle-policy.range", "lowVolume.months"),
                (c => c["lowVolume"]!["source"] = "somebody", "idle-policy.grade", "lowVolume.source"),
                (c => c["exemptions"]![1]!["kind"] = "spare", "idle-policy.twice", "exemptions[1].kind"),
                (c => c["exemptions"]![1]!["days"] = null, "idle-policy.range", "exemptions[1].days"),
                (c => c["exemptions"]![2]!["days"] = 5, "idle-policy.days-only-of-new", "exemptions[2].days"),
                (c => c["earlyWarning"]!["allTerminals"]!["daysMax"] = 1, "idle-policy.range", "earlyWarning.allTerminals.daysMax"),
                (c => c["earlyWarning"]!["mostTerminals"]!["sharePercent"] = 101, "idle-policy.range", "earlyWarning.mostTerminals.sharePercent"),
                (c => c["earlyWarning"]!["anyTerminal"]!["daysMoreThan"] = 0, "idle-policy.range", "earlyWarning.anyTerminal.daysMoreThan"),
            ])
        {
            var wrong = (await night.Api.GetAsync("idle-policies/1")).Json["content"]!;
            edit(wrong);
            var answer = await night.Api.PostAsync("idle-policies", wrong.ToJsonString());
            answer.Text("code").ShouldBe(code, at);
            answer.Text("detail").ShouldStartWith(at);
        }

        (await night.Bank.ScalarAsync<long>("select count(*) from idle_policy")).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_at_once_adopt_once()
    {
        await using var night = await NightBank.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AdoptAsync(night, 1, null, "2026-11-23", "\"1\"")));
        answers.Select(a => a.Status).Order().ShouldBe([200, .. Enumerable.Repeat(412, 9)]);
    }

    private static Task<Answer> AdoptAsync(NightBank night, int version, string? branch, string from, string? ifMatch) => night.Api.PostAsync(
        $"idle-policies/{version}/adopt", new JsonObject { ["branch"] = branch, ["effectiveFrom"] = from, ["why"] = "decided" }.ToJsonString(), "en",
        ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
