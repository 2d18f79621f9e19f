using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;
using static Acquiring.Backend.Tests.Removal.RemovalBank;

namespace Acquiring.Backend.Tests.Redeploy;

/// <summary>Machines 10000004 and 10000005 are ordered to be fetched, 30000001 is in stock; orders 1 and 2 want an N86, order 3 another model.</summary>
public sealed class RedeployAMachine(TestCluster cluster)
{
    [Fact]
    public async Task Free_machines_are_proposed_to_waiting_orders_and_one_that_is_bound_is_proposed_no_more()
    {
        await using var night = await WaitingAsync();
        (await ProposedAsync(night)).ShouldBe("1: 1 10000004 removalOrdered true 40000; 2: 2 10000005 removalOrdered true 40000");
        var bound = await BindAsync(night, 1, "30000001", 1, "b1");
        $"{bound.Status} {bound.Json["source"]} {bound.Json["saved"]!["amountFen"]} {bound.ETag}".ShouldBe("200 inStock 40000 \"2\"");
        (await BindAsync(night, 1, "30000001", 1, "b1")).Json.ToJsonString().ShouldBe(bound.Json.ToJsonString());
        (await BindAsync(night, 1, "10000004", 2)).Text("code").ShouldBe("redeploy.no-waiting-order");
        (await BindAsync(night, 2, "30000001", 1)).Text("code").ShouldBe("redeploy.machine-not-free");
        (await BindAsync(night, 2, "10000001", 1)).Text("code").ShouldBe("redeploy.machine-not-free");
        (await BindAsync(night, 3, "10000004", 1)).Text("code").ShouldBe("redeploy.machine-not-free");
        (await BindAsync(night, 2, "10000004", 9)).Status.ShouldBe(412);
        (await ProposedAsync(night)).ShouldBe("1: 2 10000004 removalOrdered true 40000");
    }

    [Fact]
    public async Task A_machine_that_sells_after_all_is_released_and_its_order_waits_again()
    {
        await using var night = await WaitingAsync();
        (await BindAsync(night, 1, "10000005", 1)).Status.ShouldBe(200);
        (await BindAsync(night, 2, "10000004", 1)).Status.ShouldBe(200);
        (await SavedAsync(night)).ShouldBe("80000 2");
        await night.Bank.FileAsync("2026-11-21");
        await night.Bank.PostAsync(1, 5, "2026-11-21", stan: 904);
        await RunAsync(night, "2026-11-21");
        (await SavedAsync(night)).ShouldBe("40000 1");
        (await ProposedAsync(night)).ShouldBe("1: 1 30000001 inStock false 40000");
        var rows = (await night.Api.GetAsync("redeployments")).Items;
        string.Join("; ", rows.Select(r => $"{r["terminalNo"]} {r["releasedWhy"]}".TrimEnd())).ShouldBe("10000004; 10000005 soldAgain 2026-11-21");
    }

    [Fact]
    public async Task Of_ten_orders_that_want_one_machine_at_once_one_gets_it()
    {
        await using var night = await WaitingAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => BindAsync(night, 1 + (i % 2), "30000001", 1)));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        (await night.Bank.ScalarAsync<long>("select count(*) from redeployment")).ShouldBe(1);
    }

    private async Task<NightBank> WaitingAsync()
    {
        var night = await OpenAsync(cluster, budget: 2);
        foreach (var no in (string[])["10000004", "10000005"])
        {
            (await ActAsync(night, no, "accept", """{"why":"Idle."}""", 1)).Status.ShouldBe(200);
        }

        var merchant = await night.Bank.MerchantAsync("102360758120009");
        await night.Bank.ExecuteAsync(
            $"""
            insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at, state)
            values ('30000001', 'S30000001', 'N86', '2026-01-01', false, '', now(), 'inStock');
            insert into work_order (kind, merchant_id, model, township, created_at)
            values ('install', {merchant}, 'N86', '', now()), ('install', {merchant}, 'N86', '', now()), ('install', {merchant}, 'P2', '', now())
            """);
        return night;
    }

    private static async Task<string> ProposedAsync(NightBank night) => string.Join("; ", (await night.Api.GetAsync("redeploy-proposals")).Items.Select(
        p => $"{p["rank"]}: {p["workOrderId"]} {p["terminalNo"]} {p["source"]} {p["sameBranch"]} {p["saves"]!["amountFen"]}"));

    private static async Task<string> SavedAsync(NightBank night)
    {
        var answer = (await night.Api.GetAsync("redeployments")).Json;
        return $"{answer["saved"]!["amountFen"]} {answer["count"]}";
    }

    private static Task<Answer> BindAsync(NightBank night, long order, string terminalNo, int version, string? key = null) => night.Api.PostAsync(
        $"work-orders/{order}/redeployment", $$"""{"terminalNo":"{{terminalNo}}","why":"As good as new."}""", "en",
        [("If-Match", $"\"{version}\""), .. key is null ? [] : new[] { ("Idempotency-Key", key) }]);
}
