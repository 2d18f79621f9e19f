using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Tiers;

/// <summary>It is noon of 2026-11-22; both merchants have MCC 5411.</summary>
public sealed class RankMerchants(TestCluster cluster)
{
    private const string Large = """{"attribute":"large","value":"true","document":"Plan","validFrom":"2026-11-01","why":"Measured."}""";

    [Fact]
    public async Task What_is_missing_is_said_and_evidence_that_comes_promotes()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await CloseAsync(gateway, "2026-11-20", "2026-11-21");
        var first = await RunAsync(gateway, "2026-11-20");
        $"{first.Json["judgesAll"]} {first.Json["judged"]} {first.Json["written"]} {first.Json["moves"]}".ShouldBe("true 2 4 {\n  \"first\": 4\n}");
        var before = await gateway.Api.GetBytesAsync($"merchants/{Gateway.MerchantNo}/tiers?on=2026-11-20");
        Encoding.UTF8.GetString(before).ShouldBe(
            """{"merchantNo":"102360758120001","on":"2026-11-20","judgedThrough":"2026-11-20","decisions":[{"dimension":"industry","judgedOn":"2026-11-20","move":"first","reasons":["first"],"ruleSetVersion":1,"since":"2026-11-20","decision":{"outcome":"notEnoughEvidence","mcc":"5411","evidence":[],"missing":[{"tier":"bigStore","attribute":"large"}],"wouldChange":[{"gives":"bigStore","what":"large","needs":"true"}]}},{"dimension":"rural","judgedOn":"2026-11-20","move":"first","reasons":["first"],"ruleSetVersion":1,"since":"2026-11-20","decision":{"outcome":"notEnoughEvidence","mcc":"5411","evidence":[],"missing":[{"tier":"ruralKeyTownship","attribute":"townshipOnKeyList"}],"wouldChange":[{"gives":"ruralKeyTownship","what":"townshipOnKeyList","needs":"named"}]}}]}""");

        await gateway.ActAsync("attributes", Large, version: 1);
        var second = await RunAsync(gateway, "2026-11-21");
        $"{second.Json["judgesAll"]} {second.Json["judged"]} {second.Json["written"]}".ShouldBe("false 1 1");
        var today = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/tiers");
        var industry = today.Json["decisions"]![0]!;
        $"{industry["move"]} {industry["reasons"]![0]} {industry["class"]} {industry["decision"]!["tier"]} {industry["decision"]!["evidence"]![0]!["no"]}"
            .ShouldBe("promotion attribute big bigStore 2");
        today.ETag.ShouldNotBeNull();
        (await gateway.Api.GetBytesAsync($"merchants/{Gateway.MerchantNo}/tiers?on=2026-11-20")).ShouldBe(before);

        var effects = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/tier-effects");
        var visit = effects.Json["effects"]!.AsArray().Single()!;
        $"{visit["tier"]} {visit["visitEveryDays"]} {visit["nextVisitOn"]} {visit["visitDue"]}".ShouldBe("bigStore 30 2026-12-21 false");
        (await gateway.CountAsync("audit_entry where act = 'tiers.judge'")).ShouldBe(2);
        (await gateway.CountAsync("outbox_event where type = 'tiers.judged'")).ShouldBe(2);
    }

    [Fact]
    public async Task Evidence_that_ends_by_itself_is_judged_again_on_its_day()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await CloseAsync(gateway, "2026-11-19", "2026-11-20", "2026-11-21");
        await gateway.ActAsync("attributes", Large.Replace("\"why\"", "\"validTo\":\"2026-11-21\",\"why\""), version: 1);
        (await RunAsync(gateway, "2026-11-19")).Json["written"]!.GetValue<int>().ShouldBe(4);
        (await RunAsync(gateway, "2026-11-20")).Json["judged"]!.GetValue<int>().ShouldBe(0);
        var lost = (await RunAsync(gateway, "2026-11-21")).Json["changes"]!.AsArray().Single()!;
        $"{lost["merchantNo"]} {lost["dimension"]} {lost["move"]} {lost["reasons"]![0]}".ShouldBe($"{Gateway.MerchantNo} industry lost attribute");
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing_and_a_repetition_writes_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var dry = await gateway.Api.PostAsync("tier-runs", """{"date":"2026-11-21"}""");
        $"{dry.Status} {dry.Json["dryRun"]} {dry.Json["written"]}".ShouldBe("200 true 4");
        (await gateway.CountAsync("tier_night")).ShouldBe(0);
        (await RunAsync(gateway, "2026-11-21")).Text("code").ShouldBe("tiers.date-open");
        await CloseAsync(gateway, "2026-11-20", "2026-11-21");
        var run = await RunAsync(gateway, "2026-11-21");
        run.Json["changes"]!.ToJsonString().ShouldBe(dry.Json["changes"]!.ToJsonString());
        var again = await RunAsync(gateway, "2026-11-21");
        $"{again.Status} {again.Json["judged"]} {again.Json["written"]}".ShouldBe("200 0 0");
        (await gateway.CountAsync("tier_decision")).ShouldBe(4);
        (await RunAsync(gateway, "2026-11-20")).Text("code").ShouldBe("tiers.date-passed");
        (await gateway.Api.PostAsync("tier-runs", """{"dryRun":true}""")).Text("code").ShouldBe("request.missing");
    }

    [Fact]
    public async Task A_run_that_was_cut_goes_on_and_no_later_one_begins_before()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await CloseAsync(gateway, "2026-11-20", "2026-11-21");
        await gateway.Bank.ExecuteAsync(
            "insert into merchant select 10001, '102360758120009', name, mcc, branch_code, township, credit_code_sealed, credit_code_mark, settlement_account_sealed, settlement_account_mark, 1, changed_at from merchant where merchant_id = 1");
        var run = gateway.Api.Services.GetRequiredService<RunTiers>();
        var commits = 0;
        await Should.ThrowAsync<OperationCanceledException>(() => run.RunShardAsync(new(2026, 11, 20), 0, 1, async effects =>
        {
            if (++commits == 3)
            {
                throw new OperationCanceledException();
            }

            await using var connection = await gateway.Bank.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await effects(connection);
            await transaction.CommitAsync();
        }, CancellationToken.None));
        (await RunAsync(gateway, "2026-11-21")).Text("code").ShouldBe("tiers.night-before-open");
        var rest = await RunAsync(gateway, "2026-11-20");
        $"{rest.Json["judged"]} {rest.Json["written"]}".ShouldBe("1 2");
        (await RunAsync(gateway, "2026-11-21")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Decisions_are_listed_filtered_and_exported_and_merchants_are_listed_by_tier()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await CloseAsync(gateway, "2026-11-20", "2026-11-21");
        await RunAsync(gateway, "2026-11-20");
        await gateway.ActAsync("attributes", Large, version: 1);
        await RunAsync(gateway, "2026-11-21");
        (await gateway.Api.GetAsync("tier-decisions")).Items.Select(i => $"{i["judgedOn"]} {i["merchantNo"]} {i["dimension"]} {i["move"]}").ShouldBe(
        [
            $"2026-11-21 {Gateway.MerchantNo} industry promotion",
            $"2026-11-20 {Gateway.OtherMerchantNo} rural first", $"2026-11-20 {Gateway.OtherMerchantNo} industry first",
            $"2026-11-20 {Gateway.MerchantNo} rural first", $"2026-11-20 {Gateway.MerchantNo} industry first",
        ]);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await gateway.Api.GetAsync($"tier-decisions?limit=2{cursor}");
            seen.AddRange(page.Items.Select(i => $"{i["judgedOn"]} {i["merchantNo"]} {i["dimension"]}"));
            cursor = page.Json["next"] is { } next ? $"&cursor={next}" : null;
        }

        seen.Distinct().Count().ShouldBe(5);
        seen.Count.ShouldBe(5);
        (await gateway.Api.GetAsync("tier-decisions?tier=bigStore&branch=360700&from=2026-11-21&to=2026-11-21")).Items.Count.ShouldBe(1);
        (await gateway.Api.GetAsync("tier-decisions?dimension=rural&move=first")).Items.Count.ShouldBe(2);
        (await gateway.Api.GetAsync("tier-decisions?tier=bigShip")).Text("code").ShouldBe("tiers.unknown-tier");
        (await gateway.Api.GetAsync("tier-decisions?move=up")).Text("code").ShouldBe("list.not-one-of");
        var csv = Encoding.UTF8.GetString(await gateway.Api.GetBytesAsync("tier-decisions.csv?tier=bigStore"));
        csv.TrimStart('\uFEFF').ShouldBe(
            "Merchant number,Merchant,Branch,Dimension,Judged on,Move,Reasons,Outcome,Tier,Grade,Since,Rule set\r\n"
            + $"{Gateway.MerchantNo},商户,360700,industry,2026-11-21,promotion,attribute,tier,bigStore,,2026-11-21,1\r\n");
        (await gateway.Api.GetAsync("merchants?tier=bigStore&count=true")).Items.Select(m => $"{m["merchantNo"]}").ShouldBe([Gateway.MerchantNo]);
        (await gateway.Api.GetAsync("merchants?tier=smallCafe")).Items.ShouldBeEmpty();
        (await gateway.Api.GetAsync("merchants?tier=bigShip", "zh-CN")).Text("detail").ShouldStartWith("任何规则集中都没有层级“bigShip”");
    }

    [Theory]
    [InlineData("merchants/102360758129999/tiers", 404, "merchant.unknown")]
    [InlineData("merchants/102360758120001/tiers?on=2026-11-23", 400, "tiers.date-range")]
    [InlineData("merchants/102360758129999/tier-effects", 404, "merchant.unknown")]
    [InlineData("tier-rule-sets/7", 404, "tiers.unknown-version")]
    [InlineData("tier-rule-sets/7/what-if", 404, "tiers.unknown-version")]
    public async Task What_cannot_be_answered_is_named(string path, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.Api.GetAsync(path);
        (answer.Status, answer.Text("code")).ShouldBe((status, code));
    }

    [Fact]
    public async Task Books_notice_a_decision_that_the_rules_do_not_give()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await CloseAsync(gateway, "2026-11-21");
        await RunAsync(gateway, "2026-11-21");
        (await MissesAsync(gateway)).ShouldBe(0);
        // Its note is gone: the change would be forgotten for ever.
        await gateway.Bank.CorruptAsync("update merchant set mcc = '5331' where merchant_id = 1");
        (await MissesAsync(gateway)).ShouldBe(2);
        await gateway.Bank.CorruptAsync("update merchant set mcc = '5411' where merchant_id = 1; update merchant_tier set tier = 'bigHotel' where merchant_id = 2 and dimension = 'rural'");
        (await MissesAsync(gateway)).ShouldBe(1);
    }

    internal static Task<Answer> RunAsync(Gateway gateway, string date) =>
        gateway.Api.PostAsync("tier-runs", $$"""{"date":"{{date}}","dryRun":false}""");

    internal static async Task CloseAsync(Gateway gateway, params string[] dates)
    {
        foreach (var date in dates)
        {
            await gateway.Bank.ExecuteAsync($"insert into business_day_close (business_date, closed_at, complete, insisted, findings) values ('{date}', now(), true, false, 0)");
        }
    }

    private static async Task<int> MissesAsync(Gateway gateway) =>
        (await new Acquiring.Backend.Books.BookChecks(gateway.Bank.DataSource, gateway.Bank.Clock).RunAsync("books.tiers", CancellationToken.None)).Misses.Count;
}
