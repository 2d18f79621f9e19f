using System.Text;
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
