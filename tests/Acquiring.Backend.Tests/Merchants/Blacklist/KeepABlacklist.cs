using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Blacklist;

public sealed class KeepABlacklist(TestCluster cluster)
{
    private const string Header = "mark_kind,listed_value,listed_on,reason,source,removed_on\n";

    /// <summary>What the good form of the desk has.</summary>
    private const string CreditCode = "creditCode,91360700MA35A0000L,2026-05-01,套现,清算机构,\n";

    private const string Phone = "phone,13907970001,2026-06-01,欺诈,监管名单,\n";

    [Fact]
    public async Task The_same_list_again_changes_nothing_and_a_dry_run_neither()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        (await ImportAsync(desk, CreditCode + Phone, "?dryRun=true")).Json["rows"]!["added"]!.GetValue<int>().ShouldBe(2);
        (await desk.CountAsync("blacklist_entry")).ShouldBe(0);
        (await ImportAsync(desk, CreditCode + Phone)).Json["rows"]!["added"]!.GetValue<int>().ShouldBe(2);
        var again = await ImportAsync(desk, CreditCode + Phone);
        again.Json["rows"]!["unchanged"]!.GetValue<int>().ShouldBe(2);
        (await desk.Bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'blacklist.import'")).ShouldBe(1);
        (await ImportAsync(desk, CreditCode.Replace("套现", "洗钱"))).Text("changed").ShouldBe("1");

        var entries = (await desk.Api.GetAsync("blacklist-entries")).Items;
        entries.Select(e => $"{e["kind"]} {e["value"]} {e["reason"]} {e["source"]}").ShouldBe(["creditCode 913***0L 洗钱 清算机构", "phone 139***01 欺诈 监管名单"]);
    }

    [Fact]
    public async Task A_full_list_takes_off_what_its_own_sources_have_no_more_and_a_date_takes_off_one()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await ImportAsync(desk, CreditCode + Phone);
        const string other = "account,1510200109200000009,2026-07-01,套现,清算机构,\n";
        var full = await ImportAsync(desk, other, "?mode=full");
        $"{full.Json["rows"]!["added"]} {full.Text("removed")}".ShouldBe("1 1"); // The clearing house's credit code; the regulator's phone stays.
        (await ImportAsync(desk, Phone.Replace(",\n", ",2026-11-01\n"))).Text("removed").ShouldBe("1");
        (await desk.Bank.ScalarAsync<string>("select string_agg(kind, ',') from blacklist_entry where removed_at is null")).ShouldBe("account");
        (await ImportAsync(desk, Phone, "?mode=some")).Text("code").ShouldBe("blacklist.mode");
    }

    [Fact]
    public async Task A_bad_row_stops_all_and_is_told_by_row_and_column_without_its_value_also_in_gbk()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var body = Encoding.GetEncoding("GBK").GetBytes(
            Header + CreditCode + "account,12345,2026-05-01,套现,清算机构,\nshop,x,2026-05-01,套现,清算机构,\n" + CreditCode);
        var refused = await desk.Api.PostBytesAsync("blacklist-imports", body, "zh-CN");
        refused.Status.ShouldBe(422);
        refused.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]} {e["code"]} {e["found"]}").ShouldBe(
        [
            "3 listed_value blacklist.cell.value ", "4 mark_kind blacklist.cell.kind shop", "5 listed_value registry.row.repeated ",
        ]);
        (await desk.CountAsync("blacklist_entry")).ShouldBe(0);
    }

    [Fact]
    public async Task An_application_that_is_listed_is_flagged_when_it_is_saved_and_refused_at_its_approval()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await ImportAsync(desk, CreditCode);
        var sent = await desk.SendAsync(OnboardingDesk.Form());
        sent.Status.ShouldBe(201);
        // The licence is the credit code, so both fields are named.
        sent.Json["blacklist"]!.AsArray().Select(m => $"{m!["field"]} {m["source"]} {m["listedOn"]} {m["dismissed"]}").ShouldBe(
            ["form.licenceNo 清算机构 2026-05-01 false", "form.creditCode 清算机构 2026-05-01 false"]);
        await desk.PapersAsync();
        await desk.ActAsync("verify", 1);
        await desk.ActAsync("sign", 2);
        var refused = await desk.ActAsync("activate", 3);
        refused.Status.ShouldBe(422);
        refused.Text("code").ShouldBe("onboarding.blacklisted");
        refused.Json["details"]!["fields"]!.ToString().ShouldBe("form.licenceNo, form.creditCode");
        refused.Json["details"]!["lists"]!.ToString().ShouldBe("清算机构 2026-05-01");
        refused.Text("detail").ShouldNotContain("91360700");
        (await desk.CountAsync("merchant")).ShouldBe(0);
        (await desk.CountAsync("merchant_number_counter")).ShouldBe(0);
    }

    [Fact]
    public async Task A_list_that_comes_after_the_verification_still_stops_the_approval()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        (await desk.GetAsync()).Json["blacklist"]!.AsArray().ShouldBeEmpty();
        await ImportAsync(desk, Phone + "name,赣州 某超市 有限公司,2026-06-01,欺诈,监管名单,\n");
        var refused = await desk.ActAsync("activate", 3);
        refused.Json["details"]!["fields"]!.ToString().ShouldBe("form.registeredName, form.phone");
    }

    [Fact]
    public async Task A_match_that_is_somebody_else_is_dismissed_with_evidence_and_stays_so_for_the_merchant()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await ImportAsync(desk, Phone);
        await desk.SignedAsync();
        var entry = (await desk.GetAsync()).Json["blacklist"]![0]!["entryId"]!.GetValue<int>();
        (await desk.ActAsync("dismiss-blacklist-match", 3, body: $$"""{"entryIds":[{{entry}}],"why":"x","document":""}""")).Text("code").ShouldBe("merchant.text");
        (await desk.ActAsync("dismiss-blacklist-match", 3, body: """{"entryIds":[999],"why":"x","document":"x"}""")).Text("code").ShouldBe("onboarding.no-such-match");
        var done = await desk.ActAsync("dismiss-blacklist-match", 3, body: $$"""{"entryIds":[{{entry}}],"why":"号码已易主","document":"函2026-11"}""");
        done.Json["blacklist"]![0]!["dismissed"]!.GetValue<bool>().ShouldBeTrue();
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        (await ImportAsync(desk, Phone.Replace("欺诈", "套现"))).Text("casesOpened").ShouldBe("0");
        // Taken off and listed again, it is another entry.
        await ImportAsync(desk, Phone.Replace(",\n", ",2026-11-01\n"));
        (await ImportAsync(desk, Phone)).Text("casesOpened").ShouldBe("1");
    }

    private static Task<Answer> ImportAsync(OnboardingDesk desk, string rows, string query = "") =>
        desk.Api.PostBytesAsync($"blacklist-imports{query}", Encoding.UTF8.GetBytes(Header + rows));
}
