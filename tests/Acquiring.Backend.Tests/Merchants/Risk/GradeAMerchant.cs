using System.Text;
using Acquiring.Backend.Merchants.Risk;
using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Risk;

public sealed class GradeAMerchant(TestCluster cluster)
{
    private const string MerchantNo = "102360754110001";

    [Fact]
    public async Task Approval_computes_the_first_grade_with_its_reasons()
    {
        await using var desk = await OpenAsync();
        var first = (await desk.Api.GetAsync($"merchants/{MerchantNo}/risk-grade")).Items.ShouldHaveSingleItem();
        $"{first["grade"]} {first["basis"]} {first["points"]} {first["validFrom"]} {first["validTo"]}".ShouldBe("low computed 20 2026-11-22 ");
        first["reasons"]!.ToJsonString().ShouldBe("""[{"factor":"openUnder90Days","points":20}]""");
        (await desk.Api.GetAsync($"merchants/{MerchantNo}")).Text("risk").ShouldBe("low");
        (await NumbersAsync(desk, "low")).ShouldBe([MerchantNo]);
        (await NumbersAsync(desk, "medium,high")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_override_is_in_force_to_its_last_date_and_then_the_computed_grade_is()
    {
        await using var desk = await OpenAsync();
        (await GradeAsync(desk, 1, """{"grade":"high","why":"x"}""")).Text("code").ShouldBe("risk.until");
        (await GradeAsync(desk, 1, """{"grade":"high","until":"2026-11-21","why":"x"}""")).Text("code").ShouldBe("risk.until");
        (await GradeAsync(desk, 1, """{"why":"x","until":"2026-11-30"}""")).Text("code").ShouldBe("risk.until");
        var done = await GradeAsync(desk, 1, """{"grade":"high","until":"2026-11-30","why":"投诉较多"}""");
        done.ETag.ShouldBe("\"2\"");
        done.Items.Select(g => $"{g["grade"]} {g["basis"]} {g["validFrom"]} {g["validTo"]} {g["why"]}").ShouldBe(
            ["low computed 2026-12-01  ", "high override 2026-11-22 2026-12-01 投诉较多"]);
        (await desk.Api.GetAsync($"merchants/{MerchantNo}")).Text("risk").ShouldBe("high");
        (await NumbersAsync(desk, "high")).ShouldBe([MerchantNo]);
        desk.Bank.Clock.Advance(TimeSpan.FromDays(9));
        (await NumbersAsync(desk, "low")).ShouldBe([MerchantNo]);
        (await desk.Api.GetAsync($"merchants/{MerchantNo}/history")).Items[0]["act"]!.ToString().ShouldBe("overrideRiskGrade");
    }

    [Fact]
    public async Task Computed_anew_it_knows_what_happened_since()
    {
        await using var desk = await OpenAsync();
        await desk.Api.PostBytesAsync(
            "blacklist-imports",
            Encoding.UTF8.GetBytes("mark_kind,listed_value,listed_on,reason,source,removed_on\nphone,13907970001,2026-05-01,欺诈,监管名单,\n"));
        desk.Bank.Clock.Advance(TimeSpan.FromDays(1));
        var anew = await GradeAsync(desk, 1, """{"why":"名单更新"}""");
        var now = anew.Items[0];
        $"{now["grade"]} {now["points"]} {now["validFrom"]}".ShouldBe("high 80 2026-11-23"); // 60 for the open case, 20 for being young.
        anew.Items[1]["validTo"]!.ToString().ShouldBe("2026-11-23");
    }

    [Fact]
    public async Task A_case_of_the_blacklist_grades_the_merchant_at_once_and_so_does_its_dismissal()
    {
        await using var desk = await OpenAsync();
        await desk.Api.PostBytesAsync(
            "blacklist-imports",
            Encoding.UTF8.GetBytes("mark_kind,listed_value,listed_on,reason,source,removed_on\nphone,13907970001,2026-05-01,欺诈,监管名单,\n"));
        (await desk.Api.GetAsync($"merchants/{MerchantNo}")).Text("risk").ShouldBe("high");
        var id = (await desk.Api.GetAsync("blacklist-cases")).Items.ShouldHaveSingleItem()["blacklistCaseId"]!;
        (await desk.Api.PostAsync(
            $"blacklist-cases/{id}/dismiss", """{"why":"Somebody else.","document":"Letter 7"}""", "en", ("If-Match", "\"1\""))).Status.ShouldBe(200);
        var grades = (await desk.Api.GetAsync($"merchants/{MerchantNo}/risk-grade")).Items;
        grades.ShouldHaveSingleItem()["reasons"]!.ToJsonString().ShouldContain("blacklistDismissed");
        (await desk.Bank.ScalarAsync<long>(
            "select count(*) from merchant_risk_grade where '2026-11-22' >= valid_from and '2026-11-22' < valid_to")).ShouldBe(1);
    }

    [Fact]
    public async Task The_night_grades_again_what_has_changed_and_what_was_overridden_only_after_its_last_date()
    {
        await using var desk = await OpenAsync();
        await GradeAsync(desk, 1, """{"grade":"high","until":"2027-01-31","why":"投诉较多"}""");
        var merchantId = await desk.Bank.ScalarAsync<int>("select merchant_id from merchant");
        (await RegradeAsync(desk, merchantId, "2026-11-23")).ShouldBe(0);
        // 90 days old: it is young still, but not very.
        (await RegradeAsync(desk, merchantId, "2027-01-05")).ShouldBe(0);
        (await RegradeAsync(desk, merchantId, "2027-02-20")).ShouldBe(1);
        (await RegradeAsync(desk, merchantId, "2027-02-20")).ShouldBe(0);
        (await desk.Api.GetAsync($"merchants/{MerchantNo}/risk-grade")).Items.Select(g => $"{g["grade"]} {g["basis"]} {g["points"]} {g["validFrom"]} {g["validTo"]}")
            .ShouldBe(["low computed 10 2027-02-21 ", "low computed 20 2027-02-01 2027-02-21", "high override 20 2026-11-22 2027-02-01"]);
        (await desk.Bank.ScalarAsync<string>("select object_key || ' ' || object_version from outbox_event where type = 'merchant.risk'"))
            .ShouldBe($"{MerchantNo}/risk 4");
    }

    [Fact]
    public async Task An_inspection_counts_for_whom_the_machine_worked_for()
    {
        await using var desk = await OpenAsync();
        var merchantId = await desk.Bank.ScalarAsync<int>("select merchant_id from merchant");
        var other = await desk.Bank.MerchantAsync("102360754110099");
        var terminal = await desk.Bank.TerminalAsync("10000001", other);
        await desk.Bank.ExecuteAsync(
            $"""
            update terminal_binding set valid_from = '2026-01-01', valid_to = '2026-11-01' where terminal_id = {terminal};
            insert into terminal_binding (terminal_id, merchant_id, valid_from) values ({terminal}, {merchantId}, '2026-11-01');
            insert into terminal_inspection (terminal_id, inspected_on, result, note, inspector_sealed, actor, at)
            values ({terminal}, '2026-10-15', 'moved', 'x', '', 'x', now())
            """);
        (await RegradeAsync(desk, merchantId, "2026-11-23")).ShouldBe(0);
        (await RegradeAsync(desk, other, "2026-11-23")).ShouldBe(1);
        (await desk.Bank.ScalarAsync<string>($"select reasons::text from merchant_risk_grade where merchant_id = {other}")).ShouldContain("inspectionNotInOrder");
    }

    private static async Task<int> RegradeAsync(OnboardingDesk desk, int merchantId, string date)
    {
        var on = DateOnly.ParseExact(date, "yyyy-MM-dd");
        await using var connection = await desk.Bank.DataSource.OpenConnectionAsync();
        return await RegradeMerchants.RunAsync(
            connection, [merchantId], on, on.AddDays(1), "nightRun", "tester", desk.Bank.Clock.GetUtcNow().UtcDateTime, CancellationToken.None);
    }

    private async Task<OnboardingDesk> OpenAsync()
    {
        var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        return desk;
    }

    private static Task<Answer> GradeAsync(OnboardingDesk desk, int version, string body) =>
        desk.Api.PostAsync($"merchants/{MerchantNo}/risk-grade", body, "en", ("If-Match", $"\"{version}\""));

    private static async Task<IEnumerable<string>> NumbersAsync(OnboardingDesk desk, string risk) =>
        (await desk.Api.GetAsync($"merchants?risk={risk}")).Items.Select(m => $"{m["merchantNo"]}");
}
