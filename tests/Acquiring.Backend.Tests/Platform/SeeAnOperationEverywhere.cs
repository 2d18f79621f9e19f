using Acquiring.Backend.Platform.Operations;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Platform;

/// <summary>Two processes behind one address, on one database; and one that is gone.</summary>
public sealed class SeeAnOperationEverywhere(TestCluster cluster)
{
    private static readonly Guid Id = Guid.Parse("019b0000-0000-7000-8000-000000000001");

    [Fact]
    public async Task What_one_does_the_other_shows_with_progress_and_result()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        var operation = Registry(gateway.Api).Start("clearing-file", Id, "ZM_20261120.txt");
        operation.Run(totalBytes: 4_000);
        operation.Advance(bytes: 1_000, lines: 10);

        (await ListedAsync(gateway.Api)).ShouldBe(["running"]);
        var seen = await UntilAsync(other, a => a.Text("lines") == "10");
        seen.Text("state").ShouldBe("running");
        (seen.Text("doneBytes"), seen.Text("totalBytes")).ShouldBe(("1000", "4000"));

        operation.Succeed(new { posted = 7 });
        seen = await UntilAsync(other, a => a.Text("state") == "succeeded");
        $"{seen.Json["result"]!["posted"]}".ShouldBe("7");
        (await ListedAsync(other)).ShouldBe(["succeeded"]);
    }

    [Fact]
    public async Task A_repricing_asked_of_one_is_read_at_the_other_and_after_a_restart()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        var request = $$"""{"repricingId":"{{Id}}","from":"2026-11-01","to":"2026-11-22"}""";
        (await gateway.Api.PostAsync("repricings", request)).Status.ShouldBe(202);

        await UntilAsync(other, a => a.Text("state") == "succeeded");
        var repricing = await other.GetAsync($"repricings/{Id}");
        $"{repricing.Json["summary"]!["sales"]}".ShouldBe("1");
        $"{repricing.Json["request"]!["to"]}".ShouldBe("2026-11-22");
        await gateway.Api.StopAsync();
        await using var next = await TestApi.StartAsync(gateway.Bank);

        var merchants = await next.GetAsync($"repricings/{Id}/merchants?only=all");
        merchants.Items.Select(m => $"{m["merchantNo"]} {m["gross"]}").ShouldHaveSingleItem().ShouldStartWith(Gateway.MerchantNo);
        (await next.GetAsync($"repricings/{Id}/merchants?only=changed")).Items.ShouldBeEmpty();
        (await next.PostAsync("repricings", request)).Text("state").ShouldBe("succeeded"); // the same again finds it
        (await next.PostAsync("repricings", request.Replace("11-01", "11-02"))).Text("code").ShouldBe("pricing.repricing-differs");
    }

    [Fact]
    public async Task A_dead_process_s_work_is_told_as_interrupted_and_can_be_asked_for_again()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        await gateway.Bank.ExecuteAsync(
            $$"""
            insert into operation (operation_id, attempt, kind, subject, owner, state, can_cancel, lease_until, done_bytes, lines, started_at, elapsed_ms,
                                   request, is_bug)
            values ('{{Id}}', gen_random_uuid(), 'repricing', 'x', 'the dead', 'running', true, clock_timestamp() - interval '1 s', 0, 3, now(), 1000,
                    '{"from":"2026-11-01","to":"2026-11-22"}', false)
            """);

        var seen = await gateway.Api.GetAsync($"operations/{Id}");
        seen.Text("state").ShouldBe("failed");
        $"{seen.Json["problem"]!["code"]}".ShouldBe("operation.interrupted");
        (await gateway.Api.PostAsync($"operations/{Id}/cancel", "{}")).Text("code").ShouldBe("operation.ended");

        (await gateway.Api.PostAsync("repricings", $$"""{"repricingId":"{{Id}}","from":"2026-11-01","to":"2026-11-22"}""")).Status.ShouldBe(202);
        await UntilAsync(gateway.Api, a => a.Text("state") == "succeeded");
        (await gateway.Api.GetAsync($"repricings/{Id}/merchants?only=all")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_is_cancelled_from_a_process_that_does_not_do_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        var operation = new Operation(Id, "repricing", "x", gateway.Bank.Clock, canCancel: true);
        Registry(gateway.Api).Add(operation);
        operation.Run();
        await UntilAsync(other, a => a.Text("state") == "running");

        (await other.PostAsync($"operations/{Id}/cancel", "{}")).Status.ShouldBe(202);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!operation.Cancelled.IsCancellationRequested)
        {
            gateway.Bank.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, limit.Token);
            await gateway.Api.GetAsync("operations"); // a second passes for its keeper, or this looks
        }

        operation.Cancel();
        (await UntilAsync(other, a => a.Text("state") == "cancelled")).Status.ShouldBe(200);
        (await other.PostAsync($"operations/{Id}/cancel", "{}")).Status.ShouldBe(202);
    }

    [Fact]
    public async Task What_ends_with_its_request_is_not_cancelled_apart()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        Registry(gateway.Api).Start("clearing-file", Id, "x");

        (await gateway.Api.PostAsync($"operations/{Id}/cancel", "{}")).Text("code").ShouldBe("operation.not-cancellable");
        (await gateway.Api.PostAsync($"operations/{Guid.Empty}/cancel", "{}")).Text("code").ShouldBe("operation.unknown");
    }

    [Fact]
    public async Task An_id_that_is_sent_again_elsewhere_is_told_by_who_does_it_now()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        var first = Registry(gateway.Api).Start("clearing-file", Id, "first");
        await ListedAsync(gateway.Api); // written down
        Registry(other).Start("clearing-file", Id, "second");
        await ListedAsync(other);

        first.Fail(Core.Refusals.Refusal.Of(Core.Refusals.RefusalKind.Conflict, "operation.ended"));
        await ListedAsync(gateway.Api);

        (await gateway.Api.GetAsync($"operations/{Id}")).Text("subject").ShouldBe("second");
        (await gateway.Api.GetAsync($"operations/{Id}")).Text("state").ShouldBe("waiting");
    }

    private static OperationRegistry Registry(TestApi api) => api.Services.GetRequiredService<OperationRegistry>();

    private static async Task<IEnumerable<string>> ListedAsync(TestApi api) => (await api.GetAsync("operations")).Items.Select(o => $"{o["state"]}");

    private static async Task<Answer> UntilAsync(TestApi api, Func<Answer, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var answer = await api.GetAsync($"operations/{Id}");
            if (holds(answer))
            {
                return answer;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
