using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Backend.Tests.Registry;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals.Plates;

/// <summary>What asks after machines does not ask after plates; what brings merchants in does.</summary>
public sealed class LeavePlatesOut(TestCluster cluster)
{
    [Fact]
    public async Task A_plate_quiet_for_14_months_is_in_no_idle_list_and_the_books_agree()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.HandedOutAsync();

        // 430 days after 2026-11-22.
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(430));
        await gateway.Bank.FilesAsync("2028-01-24", "2028-01-25");
        (await gateway.Api.GetAsync("idle-terminals?on=2028-01-25")).Items.Select(t => $"{t["terminalNo"]}")
            .ShouldBe(["10000001", "10000002", "10000003"]);
        var closed = await gateway.Api.PostAsync("business-days/2028-01-25/close", "{}");
        closed.Status.ShouldBe(200, closed.Json.ToJsonString());
        (await gateway.CountAsync("idle_finding")).ShouldBe(3);
        await gateway.BooksShouldBeInOrderAsync();
        (await gateway.Api.GetAsync("terminals?idleMonths=3")).Items.Select(t => $"{t["terminalNo"]}").ShouldNotContain("90000001");
        (await gateway.Api.GetAsync("inspections/due?by=2028-01-25")).Items.Select(t => $"{t["terminalNo"]}")
            .ShouldBe(["10000001", "10000002", "10000003"]);
    }

    [Fact]
    public async Task An_import_neither_renumbers_a_plate_nor_takes_its_code_for_a_machine()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await desk.GoodAsync();
        await desk.RowsAsync(
            """
            insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, kind, changed_at)
            values ('90000001', 'QR900000014', 'qrPlate', '2026-01-01', false, '', 'inStock', 'qrPlate', '2026-01-01') returning terminal_no
            """);
        var report = await desk.TryAsync(RegistryDesk.Files(terminals: RegistryDesk.TerminalHead
            + "90000001,102360000000002,N7,N86,2024-01-02,,false,一号\n"
            + "10000003,102360000000002,QR900000014,N86,2024-01-02,,false,一号\n"
            + "10000002,102360000000002,N2,N86,2024-01-02,,true,二号\n"), new("tester", GoodRowsOnly: true));
        report.Value.Errors.Select(e => $"{e.Row} {e.Code} {e.Found}").ShouldBe(
            ["2 registry.terminal-is-plate 90000001", "3 registry.terminal-is-plate 10000003"]);
        (await desk.RowsAsync("select terminal_no || serial_no from terminal where kind = 'qrPlate'")).ShouldBe(["90000001QR900000014"]);
    }

    [Fact]
    public async Task An_application_for_plates_only_is_approved_and_orders_them_to_be_handed_out()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        foreach (var (count, language, text) in new[] { (0, "en", "1 to 50"), (51, "zh-CN", "码牌数量须为 1 至 50") })
        {
            var refused = await desk.SendAsync(OnboardingDesk.Form(("wantedPlates", count)), language: language);
            refused.Status.ShouldBe(400);
            $"{refused.Json["errors"]!["form.wantedPlates"]![0]!["text"]}".ShouldContain(text);
        }

        (await desk.SendAsync(OnboardingDesk.Form(("machines", null)))).Json["errors"]!["form.machines"].ShouldNotBeNull();
        await desk.SignedAsync(form: OnboardingDesk.Form(("machines", null), ("wantedPlates", 2)));
        $"{(await desk.GetAsync()).Json["form"]!["wantedPlates"]}".ShouldBe("2");
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        (await desk.Api.GetAsync("work-orders?kind=handOutPlate")).Items.Select(o => $"{o["kind"]} {o["model"]} {o["township"]}")
            .ShouldBe(["handOutPlate qrPlate 水东镇", "handOutPlate qrPlate 水东镇"]);
        (await desk.Api.GetAsync("work-orders?kind=install")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_application_may_want_both()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync(form: OnboardingDesk.Form(("wantedPlates", 1)));
        (await desk.ActAsync("activate", 3)).Status.ShouldBe(200);
        (await desk.Api.GetAsync("work-orders")).Items.Select(o => $"{o["kind"]} {o["model"]}")
            .ShouldBe(["install N86", "install N86", "install N92", "handOutPlate qrPlate"]);
    }
}
