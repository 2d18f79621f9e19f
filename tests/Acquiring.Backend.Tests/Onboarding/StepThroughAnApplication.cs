using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class StepThroughAnApplication(TestCluster cluster)
{
    private const string Fixes = """{"why":"The photo is blurred.","fixes":[{"field":"form.licenceNo","what":"Copy it from the licence."},{"field":"documents.licence","what":"Take it again."}]}""";

    [Fact]
    public async Task Sent_back_field_by_field_mended_under_the_same_id_and_verified()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        await desk.PapersAsync();
        var asked = await desk.ActAsync("ask-for-fixes", 1, body: Fixes, key: "f");
        asked.Text("state").ShouldBe("needsFix");
        asked.Json["fixes"]!.AsArray().Count.ShouldBe(2);
        (await desk.ActAsync("ask-for-fixes", 1, body: Fixes, key: "f")).Json.ToJsonString().ShouldBe(asked.Json.ToJsonString());

        // Saved half mended, what was asked for stays; handed in, it is gone.
        (await desk.SendAsync(OnboardingDesk.Form(("tradeName", "新店")), submit: false, ifMatch: "\"2\"")).Json["fixes"]!.AsArray().Count.ShouldBe(2);
        (await desk.GetAsync()).Json["fixes"]![1]!["what"]!.ToString().ShouldBe("Take it again.");
        (await desk.SendAsync(OnboardingDesk.Form(("tradeName", "新店")), ifMatch: "\"3\"")).Json["fixes"]!.AsArray().ShouldBeEmpty();
        (await desk.ActAsync("verify", 4)).Text("state").ShouldBe("verified");

        var history = (await desk.Api.GetAsync($"merchant-applications/{OnboardingDesk.First}/history")).Items;
        history.Select(s => $"{s["version"]} {s["act"]} {s["from"]} {s["to"]} {s["why"]} {s["actor"]}").ShouldBe(
        [
            "5 verify submitted verified seen operator", "4 submit needsFix submitted  operator", "3 save needsFix needsFix  operator",
            "2 askForFixes submitted needsFix The photo is blurred. operator", "1 submit  submitted  operator",
        ]);
        history[3]["details"]!["fixes"]![0]!["field"]!.ToString().ShouldBe("form.licenceNo");
    }

    [Fact]
    public async Task Every_act_in_every_state_over_http_is_done_or_refused_with_the_legal_ones()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        string[] acts = ["ask-for-fixes", "verify", "sign", "activate", "reject", "withdraw"];
        (string State, string[] Way, string[] Legal)[] states =
        [
            ("draft", [], ["withdraw"]),
            ("submitted", ["submit"], ["ask-for-fixes", "verify", "reject", "withdraw"]),
            ("needsFix", ["submit", "ask-for-fixes"], ["reject", "withdraw"]),
            ("verified", ["submit", "verify"], ["ask-for-fixes", "sign", "reject", "withdraw"]),
            ("signed", ["submit", "verify", "sign"], ["ask-for-fixes", "activate", "reject", "withdraw"]),
            ("active", ["submit", "verify", "sign", "activate"], []),
            ("rejected", ["submit", "reject"], []),
            ("withdrawn", ["submit", "withdraw"], []),
        ];
        var no = 0;
        foreach (var (state, way, legal) in states)
        {
            foreach (var act in acts)
            {
                var id = OnboardingDesk.IdOf(++no);
                var form = OnboardingDesk.FormOf(no);
                (await desk.SendAsync(form, submit: way.Length > 0, id: id)).Status.ShouldBe(201);
                if (way.Contains("verify") || act == "verify")
                {
                    await desk.PapersAsync(id);
                }

                foreach (var (step, i) in way.Skip(1).Select((s, i) => (s, i)))
                {
                    (await desk.ActAsync(step, i + 1, id, Fixes)).Status.ShouldBe(200, step);
                }

                var version = Math.Max(1, way.Length);
                var answer = await desk.ActAsync(act, version, id, Fixes);
                answer.Status.ShouldBe(legal.Contains(act) ? 200 : 409, $"{act} in {state}");
                if (answer.Status == 409)
                {
                    answer.Text("code").ShouldBe(legal.Length == 0 ? "application.ended" : "application.illegal-step");
                }

                // The form itself: what has ended takes none.
                if (legal.Length == 0)
                {
                    (await desk.SendAsync(form, id: id, ifMatch: $"\"{version}\"")).Text("code").ShouldBe("application.ended");
                }
            }
        }
    }

    [Theory]
    [InlineData("verify", """{"why":" "}""", "application.text")]
    [InlineData("verify", """{"why":"6222021234567890128"}""", "application.card-in-text")]
    [InlineData("ask-for-fixes", """{"why":"x"}""", "application.fix-count")]
    [InlineData("ask-for-fixes", """{"why":"x","fixes":[{"field":"form.colour","what":"x"}]}""", "application.fix-unknown-field")]
    [InlineData("ask-for-fixes", """{"why":"x","fixes":[{"field":"form.machines[0].model","what":""}]}""", "application.text")]
    public async Task What_is_missing_is_named(string act, string body, string code)
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var answer = await desk.ActAsync(act, 1, body: body);
        answer.Status.ShouldBe(400);
        answer.Text("code").ShouldBe(code);
        (await desk.Api.PostAsync($"merchant-applications/{OnboardingDesk.First}/verify", """{"why":"x"}""")).Status.ShouldBe(428);
        (await desk.ActAsync("verify", 9)).Status.ShouldBe(412);
        (await desk.ActAsync("verify", 1, OnboardingDesk.Second)).Status.ShouldBe(404);
        (await desk.CountAsync("application_step")).ShouldBe(1);
    }

    [Fact]
    public async Task A_change_voids_verification_and_a_licence_that_ran_out_stops_it()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync(form: OnboardingDesk.Form(("licenceExpiresOn", "2026-11-23")));
        (await desk.SendAsync(OnboardingDesk.Form(("licenceExpiresOn", "2026-11-23"), ("phone", "13907970009")), ifMatch: "\"3\"")).Text("state").ShouldBe("submitted");
        (await desk.Bank.ScalarAsync<bool>("select verified_mark is null from merchant_application")).ShouldBeTrue();
        (await desk.ActAsync("sign", 4)).Text("code").ShouldBe("application.illegal-step");
        (await desk.ActAsync("verify", 4)).Status.ShouldBe(200);
        (await desk.ActAsync("sign", 5)).Status.ShouldBe(200);

        desk.Bank.Clock.Advance(TimeSpan.FromDays(1)); // Its last day is none on which it may begin.
        var expired = await desk.ActAsync("activate", 6);
        expired.Status.ShouldBe(422);
        expired.Text("code").ShouldBe("application.no-longer-valid");
        expired.Json["errors"]!["form.licenceExpiresOn"]![0]!["code"]!.ToString().ShouldBe("application.field.expired");
        (await desk.CountAsync("merchant")).ShouldBe(0);
    }

    [Theory]
    [InlineData("licenceNo", "360700100000001", "licence")]
    [InlineData("phone", "13900000001", "phone")]
    [InlineData("settlementAccount", "1510200100000001", "account")]
    [InlineData("premises.address", "红旗大道1号", "premises")]
    public async Task One_shared_number_is_one_flag(string field, string shared, string reason)
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.FormOf(1));
        var second = OnboardingDesk.FormOf(2);
        var (at, name) = field.Split('.') is [var parent, var child] ? (second[parent]!.AsObject(), child) : (second, field);
        at[name] = shared;
        (await desk.SendAsync(second, id: OnboardingDesk.Second)).Json["duplicates"]!.AsArray()
            .Select(d => $"{d!["reason"]} {d["applicationId"]}").ShouldBe([$"{reason} {OnboardingDesk.First}"]);
    }

    [Fact]
    public async Task What_shares_something_is_flagged_in_the_answer_and_in_the_list_and_stays_apart()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        var no = (await desk.ActAsync("activate", 3)).Json["merchant"]!["merchantNo"]!.ToString();
        var second = OnboardingDesk.FormOf(7);
        second["premises"]!["address"] = "红旗大道（1）号";
        second["settlementAccount"] = "1510200109200000001";
        var sent = await desk.SendAsync(second, id: OnboardingDesk.Second);
        sent.Status.ShouldBe(201);
        sent.Json["duplicates"]!.AsArray().Select(d => $"{d!["reason"]} {d["merchantNo"]} {d["applicationId"]} {d["state"]}").ShouldBe(
        [
            $"account {no} {OnboardingDesk.First} active", $"account {no}  active", $"premises {no} {OnboardingDesk.First} active",
        ]);
        await desk.SendAsync(OnboardingDesk.FormOf(8), id: OnboardingDesk.IdOf(8));

        var all = (await desk.Api.GetAsync("merchant-applications")).Items;
        all.Select(a => $"{a["applicationId"]} {a["duplicateBy"]!.ToJsonString()}").ShouldBe(
        [
            $"{OnboardingDesk.IdOf(8)} []", $"""{OnboardingDesk.Second} ["account","premises"]""", $"""{OnboardingDesk.First} ["account","premises"]""",
        ]);
        (await desk.Api.GetAsync("merchant-applications?duplicatesOnly=true&state=submitted")).Items.ShouldHaveSingleItem()["applicationId"]!.ToString()
            .ShouldBe(OnboardingDesk.Second);
        var page = await desk.Api.GetAsync("merchant-applications?limit=2");
        (await desk.Api.GetAsync($"merchant-applications?limit=2&cursor={page.Text("next")}")).Items.ShouldHaveSingleItem();
        (await desk.CountAsync("merchant")).ShouldBe(1);
    }

    [Fact]
    public async Task Each_refused_act_leaves_nothing()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        (await desk.ActAsync("sign", 1, key: "s")).Status.ShouldBe(409);
        (await desk.CountAsync("outbox_event")).ShouldBe(1);
        await desk.PapersAsync();
        (await desk.ActAsync("verify", 1)).Status.ShouldBe(200);
        (await desk.ActAsync("sign", 2, key: "s")).Status.ShouldBe(200);
        (await desk.ActAsync("activate", 3, key: "s")).Text("code").ShouldBe("request.key-reused");
    }
}
