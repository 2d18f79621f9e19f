using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

/// <summary>The orders of a new merchant: two N86 and one N92.</summary>
public sealed class EndWorkOrders(TestCluster cluster)
{
    private const string MerchantNo = "102360754110001";

    [Fact]
    public async Task Each_machine_that_is_installed_does_one_order_and_closing_cancels_the_rest()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        await desk.ActAsync("activate", 3);
        await desk.Api.PostAsync(
            "terminal-stock-ins",
            """{"model":"N86","items":[{"serialNo":"S1","terminalNo":"10000001"},{"serialNo":"S2","terminalNo":"10000002"},{"serialNo":"S3","terminalNo":"10000003"},{"serialNo":"S4","terminalNo":"10000004"}]}""");
        await InstallAsync(desk, "10000001");
        (await OrdersAsync(desk)).ShouldBe(["N86 done 10000001 ", "N86 open  ", "N92 open  "]);

        // Taken down and put up again: that is no second machine.
        await StepAsync(desk, "10000001", "order-removal", """{"reason":"idle"}""", 3);
        await StepAsync(desk, "10000001", "recover", """{"reason":"returned"}""", 4);
        await StepAsync(desk, "10000001", "return-to-stock", """{"reason":"fitForUse"}""", 5);
        await InstallAsync(desk, "10000001", 6);
        (await OrdersAsync(desk)).ShouldBe(["N86 done 10000001 ", "N86 open  ", "N92 open  "]);
        await InstallAsync(desk, "10000002");

        // Instead of an N92, of which there was none.
        await InstallAsync(desk, "10000003");
        (await OrdersAsync(desk)).ShouldBe(["N86 done 10000001 ", "N86 done 10000002 ", "N92 done 10000003 "]);
        await InstallAsync(desk, "10000004");
        (await desk.Bank.ScalarAsync<long>("select count(*) from work_order")).ShouldBe(3);
        (await desk.Bank.ScalarAsync<string>(
            "select string_agg(type || ' ' || object_key || ' ' || object_version, ', ' order by outbox_event_id) from outbox_event where type like 'workOrder.%'"))
            .ShouldBe("workOrder.done 1 2, workOrder.done 2 2, workOrder.done 3 2");
    }

    [Fact]
    public async Task Closing_the_merchant_cancels_what_is_open()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SignedAsync();
        await desk.ActAsync("activate", 3);
        (await desk.Api.PostAsync($"merchants/{MerchantNo}/close", """{"why":"Gave up."}""", "en", ("If-Match", "\"1\""))).Status.ShouldBe(200);
        (await OrdersAsync(desk)).ShouldBe(["N86 cancelled  merchantClosed", "N86 cancelled  merchantClosed", "N92 cancelled  merchantClosed"]);
        (await desk.Api.GetAsync("work-orders?state=open")).Items.ShouldBeEmpty();
    }

    private static async Task InstallAsync(OnboardingDesk desk, string terminalNo, int version = 1)
    {
        await StepAsync(desk, terminalNo, "assign", $$"""{"merchantNo":"{{MerchantNo}}","installationAddress":"Hongqi Road 12"}""", version);
        await StepAsync(desk, terminalNo, "install", "{}", version + 1);
    }

    private static async Task StepAsync(OnboardingDesk desk, string terminalNo, string act, string body, int version) =>
        (await desk.Api.PostAsync($"terminals/{terminalNo}/{act}", body, "en", ("If-Match", $"\"{version}\""))).Status.ShouldBe(200, act);

    private static async Task<IEnumerable<string>> OrdersAsync(OnboardingDesk desk) =>
        (await desk.Api.GetAsync($"work-orders?merchantNo={MerchantNo}")).Items.Select(o => $"{o["model"]} {o["state"]} {o["terminalNo"]} {o["endedWhy"]}");
}
