using Acquiring.Backend.Transactions.Online;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class ShareACommit(TestCluster cluster)
{
    [Fact]
    public async Task Lines_that_come_together_share_a_transaction()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Api.PostLinesAsync(string.Join('\n', Enumerable.Range(0, 500).Select(i => Gateway.Sale(i, 100))));
        (await gateway.Bank.ScalarAsync<long>("select count(distinct xmin::text) from journal")).ShouldBe(1);
        (await gateway.CountAsync("journal")).ShouldBe(500);
    }

    [Fact]
    public async Task One_poisoned_line_fails_alone()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(0, 100));
        await gateway.LimitAsync("""[{"dayCount":10}]""");
        await gateway.Bank.ExecuteAsync(
            """
            create function poison() returns trigger language plpgsql as
            $$ begin if new.stan = 3 then raise exception 'poison'; end if; return new; end $$;
            create trigger poison before insert on journal_2026_11 for each row execute function poison()
            """);
        var answers = await gateway.Api.PostLinesAsync(string.Join('\n', Enumerable.Range(1, 5).Select(i => Gateway.Sale(i, 100))));
        answers.Select(a => $"{a["status"]}").ShouldBe(["201", "201", "500", "201", "201"]);
        answers[2]["problem"]!["code"]!.GetValue<string>().ShouldBe("platform.bug");
        answers[2].ToJsonString().ShouldNotContain("poison");
        (await gateway.PostAsync(Gateway.Sale(3, 100))).Status.ShouldBe(500);
        // The failed line holds no room: 1 + 4 of 10 are used.
        var limits = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/limits");
        limits.Json["inForce"]![0]!["usedDayCount"]!.GetValue<int>().ShouldBe(5);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses_with_the_time_to_wait()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        gateway.Api.Services.GetRequiredService<PostingQueue>().WaitingLinesMax = 0;
        var answer = await gateway.PostAsync(Gateway.Sale(1, 100));
        answer.Status.ShouldBe(503);
        answer.Text("code").ShouldBe("online.overloaded");
        answer.RetryAfter.ShouldNotBeNull();
        gateway.Api.Services.GetRequiredService<PostingQueue>().WaitingLinesMax = 1;
        // Its room was given back.
        (await gateway.PostAsync(Gateway.Sale(2, 100))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task What_waits_when_the_host_stops_is_posted()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(0, 100));
        await using var busy = await gateway.Bank.DataSource.OpenConnectionAsync();
        await using var transaction = await busy.BeginTransactionAsync();
        await Acquiring.Backend.Transactions.Ingest.IngestLock.TakeAsync(busy, default);
        var posting = gateway.PostAsync(Gateway.Sale(1, 100));
        var stopping = gateway.Api.StopAsync();
        await transaction.CommitAsync();
        (await posting).Status.ShouldBe(201);
        await stopping;
        (await gateway.CountAsync("journal")).ShouldBe(2);
    }
}
