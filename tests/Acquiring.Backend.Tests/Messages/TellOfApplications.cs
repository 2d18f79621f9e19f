using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Messages;

public sealed class TellOfApplications(TestCluster cluster)
{
    private const string Fixes =
        """{"fixes":[{"field":"documents.licence","what":"The photo is blurred."},{"field":"form.machines[1].model","what":"No such model."}],"why":"Looked at."}""";

    [Fact]
    public async Task The_applicant_is_told_at_the_phone_of_the_form_what_to_mend()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        await desk.ActAsync("ask-for-fixes", 1, body: Fixes);
        await ComposeAsync(desk);
        var message = (await desk.Api.GetAsync("messages")).Items.ShouldHaveSingleItem();
        $"{message["template"]} {message["party"]} {message["state"]} {message["to"]}".ShouldBe("application-fixes applicant waiting 139***01");
        (await desk.Api.GetAsync($"messages/{message["messageId"]}")).Text("text").ShouldBe(
            "您为赣州某超市有限公司提交的进件申请已于2026-11-22审核。Looked at. 请补正以下内容：\n1. 营业执照照片: The photo is blurred.\n"
            + "2. 所需终端 2: No such model.\n补正后请重新提交。咨询请联系总行。");

        // Handed in again before it went out.
        await desk.SendAsync(OnboardingDesk.Form(), ifMatch: "\"2\"");
        var send = desk.Api.Services.GetRequiredService<Acquiring.Backend.Messages.Sending.SendMessages>();
        await send.StartAsync(CancellationToken.None);
        await send.EndAsync();
        $"{(await desk.Api.GetAsync("messages")).Items[0]["reason"]}".ShouldBe("fixed");
    }

    [Fact]
    public async Task The_branch_of_a_new_merchant_is_told_which_machines_to_install_and_the_merchant_is_reached_at_its_forms_phone()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.Api.PutAsync("branches/360700/contact", """{"email":"desk@bank.example","language":"en"}""", "en", ("If-Match", "\"0\""));
        await desk.SignedAsync();
        await desk.ActAsync("activate", 3);
        await desk.Api.PostAsync("merchants/102360754110001/suspend", """{"why":"w","cure":"c"}""", "en", ("If-Match", "\"1\""));
        await ComposeAsync(desk);
        var log = (await desk.Api.GetAsync("messages?merchantNo=102360754110001")).Items;
        log.Reverse().Select(m => $"{m["template"]} {m["party"]} {m["channel"]} {m["to"]}").ShouldBe(
        [
            "task-install branch email d***@bank.example", "merchant-suspended merchant sms 139***01", "staff-hold branch email d***@bank.example",
        ]);
        (await desk.Api.GetAsync($"messages/{log[^1]["messageId"]}")).Text("text").ShouldBe(
            "Install N86 × 2, N92 × 1 at merchant 赣州某超市有限公司 (102360754110001), 水东镇. Work orders 1, 2, 3, of 2026-11-22. - 总行");
    }

    private static async Task ComposeAsync(OnboardingDesk desk)
    {
        var compose = desk.Api.Services.GetRequiredService<ComposeMessages>();
        do
        {
            await compose.RunAsync(CancellationToken.None);
        }
        while (await desk.Bank.ScalarAsync<bool>("select exists (select from outbox_event e where e.xid >= (select upto from outbox_reader where reader = 'messages'))"));
    }
}
