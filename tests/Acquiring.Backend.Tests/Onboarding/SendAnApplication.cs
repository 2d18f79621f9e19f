using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class SendAnApplication(TestCluster cluster)
{
    [Fact]
    public async Task The_first_send_makes_it_and_ten_at_once_and_one_later_get_the_same_answer()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => desk.SendAsync(OnboardingDesk.Form(), key: i < 5 ? null : $"k-{i}")));
        answers.ShouldAllBe(a => a.Status == 201 && a.ETag == "\"1\"");
        answers.Select(a => a.Json.ToJsonString()).Distinct().ShouldHaveSingleItem();
        answers[0].Text("state").ShouldBe("submitted");
        answers[0].Json["legalActs"]!.ToJsonString().ShouldBe("""["submit","askForFixes","verify","reject","withdraw"]""");

        (await desk.ActAsync("withdraw", 1)).Text("state").ShouldBe("withdrawn");
        var late = await desk.SendAsync(OnboardingDesk.Form());
        late.Status.ShouldBe(201);
        late.Json.ToJsonString().ShouldBe(answers[0].Json.ToJsonString());
        foreach (var (table, rows) in new[] { ("merchant_application", 1), ("application_form", 1), ("application_step", 2), ("outbox_event", 2), ("audit_entry", 2) })
        {
            (await desk.CountAsync(table)).ShouldBe(rows, table);
        }
    }

    [Fact]
    public async Task Other_content_under_the_id_needs_the_version_and_under_a_key_is_refused()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form(), key: "k");
        var other = OnboardingDesk.Form(("tradeName", "另一超市"));
        var keyed = await desk.SendAsync(other, key: "k");
        keyed.Status.ShouldBe(422);
        keyed.Text("code").ShouldBe("request.key-reused");
        var blind = await desk.SendAsync(other, language: "zh-CN");
        blind.Status.ShouldBe(428);
        blind.Text("detail").ShouldBe(
            $"编号 {OnboardingDesk.First} 的申请已存在且内容不同（版本 1，状态 submitted）。请先读取该申请，再在 If-Match 中带上其 ETag 提交修改。");
        (await desk.SendAsync(other, ifMatch: "\"7\"")).Status.ShouldBe(412);
        var changed = await desk.SendAsync(other, ifMatch: "\"1\"");
        changed.Status.ShouldBe(200);
        changed.ETag.ShouldBe("\"2\"");
        (await desk.SendAsync(other, ifMatch: "\"1\"")).Json.ToJsonString().ShouldBe(changed.Json.ToJsonString());
        (await desk.SendAsync(OnboardingDesk.Form(), ifMatch: "\"1\"")).Status.ShouldBe(412);
        (await desk.CountAsync("application_form")).ShouldBe(2);
        (await desk.SendAsync(other, id: OnboardingDesk.Second, ifMatch: "\"1\"")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task By_post_it_is_the_same()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        var body = new JsonObject { ["applicationId"] = OnboardingDesk.First, ["form"] = OnboardingDesk.Form(), ["submit"] = true }.ToJsonString();
        var posted = await desk.Api.PostAsync("merchant-applications", body);
        posted.Status.ShouldBe(201);
        (await desk.SendAsync(OnboardingDesk.Form())).Json.ToJsonString().ShouldBe(posted.Json.ToJsonString());
        var badId = await desk.SendAsync(OnboardingDesk.Form(), id: "c9bf9e57-1685-4c89-bafb-ff5af830be8a");
        badId.Status.ShouldBe(400);
        badId.Text("code").ShouldBe("application.bad-id");
    }

    [Fact]
    public async Task All_bad_fields_are_told_at_once_each_with_its_cure_in_the_readers_language()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        var form = OnboardingDesk.Form(
            ("creditCode", "91360700MA35A0000K"), ("licenceExpiresOn", "2026-11-22"), ("mcc", "541"), ("branchCode", "999999"),
            ("premises.longitude", 14.93), ("settlementAccount", "12x"), ("phone", null));
        var refused = await desk.SendAsync(form, language: "zh-CN");
        refused.Status.ShouldBe(400);
        refused.Text("code").ShouldBe("application.invalid");
        var errors = refused.Json["errors"]!.AsObject();
        errors.Select(e => $"{e.Key} {e.Value![0]!["code"]}").ShouldBe(
        [
            "form.licenceExpiresOn application.field.expired", "form.creditCode application.field.credit-code", "form.mcc application.field.mcc",
            "form.premises.longitude application.field.position", "form.settlementAccount application.field.account",
            "form.phone application.field.required", "form.branchCode application.field.branch-unknown",
        ]);
        $"{errors["form.licenceExpiresOn"]![0]!["text"]}".ShouldBe("营业执照已于 2026-11-22 到期（今天是 2026-11-22）。请提供换发后的执照。");
        (await desk.CountAsync("merchant_application")).ShouldBe(0);
        (await desk.CountAsync("idempotency_key")).ShouldBe(0);
        (await desk.SendAsync(OnboardingDesk.Form())).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_draft_may_lack_anything_says_what_is_open_and_keeps_its_form_version()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        var draft = await desk.SendAsync(new JsonObject { ["tradeName"] = "某超市", ["creditCode"] = "91360" }, submit: false);
        draft.Status.ShouldBe(201);
        draft.Text("state").ShouldBe("draft");
        draft.Text("formVersion").ShouldBe("1");
        draft.Json["open"]!.AsArray().Select(o => $"{o!["path"]}").ShouldContain("form.creditCode");
        (await desk.SendAsync(new JsonObject { ["tradeName"] = "卡 6222021234567890128" }, submit: false, ifMatch: "\"1\""))
            .Json["errors"]!["form.tradeName"]![0]!["code"]!.ToString().ShouldBe("application.field.card-number");
        (await desk.SendAsync(OnboardingDesk.Form(), submit: false, ifMatch: "\"1\"")).Json["open"]!.AsArray().ShouldBeEmpty();
        (await desk.SendAsync(OnboardingDesk.Form(), ifMatch: "\"2\"")).Text("state").ShouldBe("submitted");
        var unknown = await desk.Api.PutAsync(
            $"merchant-applications/{OnboardingDesk.Second}", new JsonObject { ["form"] = OnboardingDesk.Form(), ["formVersion"] = 9 }.ToJsonString());
        unknown.Json["errors"]!["formVersion"]![0]!["text"]!.ToString().ShouldBe("There is no form of this version. Use one of: 1.");
        (await desk.Api.GetAsync("merchant-application-forms")).Text("current").ShouldBe("1");
    }

    [Fact]
    public async Task Validate_only_says_the_same_and_saves_nothing()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        (await desk.SendAsync(OnboardingDesk.Form(), query: "?validateOnly=true", key: "v")).Status.ShouldBe(200);
        (await desk.SendAsync(OnboardingDesk.Form(("mcc", "x")), query: "?validateOnly=true")).Text("code").ShouldBe("application.invalid");
        (await desk.CountAsync("merchant_application")).ShouldBe(0);
        (await desk.CountAsync("idempotency_key")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_personal_is_sealed_in_every_table_and_masked_in_answers()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form(("personInCharge.idNo", "36070019900101000X")), key: "k");
        var form = (await desk.GetAsync()).Json["form"]!;
        form["settlementAccount"]!.ToString().ShouldBe("***0001");
        $"{form["personInCharge"]!["name"]} {form["personInCharge"]!["idNo"]}".ShouldBe("张** 360***0X");
        form["premises"]!["latitude"]!.ToString().ShouldBe("25.85");
        foreach (var table in new[] { "merchant_application", "application_form", "application_step", "outbox_event", "audit_entry", "idempotency_key" })
        {
            var rows = await desk.Bank.ScalarAsync<string>($"select coalesce(string_agg(t::text, '|'), '') from {table} t");
            foreach (var secret in new[] { "1510200109200000001", "13907970001", "36070019900101000X", "张三", "114.93871", "红旗大道" })
            {
                rows.ShouldNotContain(secret, Case.Sensitive, table);
            }
        }
    }

    [Fact]
    public async Task Of_two_who_change_one_version_one_wins_and_the_other_is_told()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        // 250 applications, two changes of each at once.
        await Parallel.ForEachAsync(Enumerable.Range(1, 250), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (no, _) =>
        {
            (await desk.SendAsync(OnboardingDesk.FormOf(no), id: OnboardingDesk.IdOf(no))).Status.ShouldBe(201);
            var one = OnboardingDesk.FormOf(no);
            var other = OnboardingDesk.FormOf(no);
            (one["tradeName"], other["tradeName"]) = ("甲", "乙");
            var pair = await Task.WhenAll(
                desk.SendAsync(one, id: OnboardingDesk.IdOf(no), ifMatch: "\"1\""), desk.SendAsync(other, id: OnboardingDesk.IdOf(no), ifMatch: "\"1\""));
            pair.Select(a => a.Status).Order().ShouldBe([200, 412]);
        });
        (await desk.CountAsync("application_step")).ShouldBe(500);
        (await desk.CountAsync("application_form")).ShouldBe(500);
        (await desk.Bank.ScalarAsync<long>("select count(*) from merchant_application where version = 2 and form_at = 2")).ShouldBe(250);
    }
}
