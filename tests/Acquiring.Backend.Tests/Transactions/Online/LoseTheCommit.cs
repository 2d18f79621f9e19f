using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class LoseTheCommit(TestCluster cluster)
{
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_looked_up_and_told()
    {
        await using var proxy = new CommitCuttingProxy();
        await using var gateway = await Gateway.OpenAsync(cluster, bank => StartAsync(bank, proxy));
        (await gateway.PostAsync(Gateway.Sale(1, 100))).Status.ShouldBe(201);
        proxy.CutNext(deliver: true);
        var answer = await gateway.PostAsync(Gateway.Sale(2, 100));
        answer.Status.ShouldBe(201, answer.Json.ToJsonString());
        proxy.Cuts.ShouldBe(1);
        (await gateway.CountAsync("journal")).ShouldBe(2);
        (await gateway.PostAsync(Gateway.Sale(2, 100))).Status.ShouldBe(200);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_commit_that_never_arrived_is_refused_with_the_time_to_wait_and_holds_no_room()
    {
        await using var proxy = new CommitCuttingProxy();
        await using var gateway = await Gateway.OpenAsync(cluster, bank => StartAsync(bank, proxy));
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        proxy.CutNext(deliver: false);
        var answer = await gateway.PostAsync(Gateway.Sale(1, 100));
        answer.Status.ShouldBe(503, answer.Json.ToJsonString());
        answer.RetryAfter.ShouldNotBeNull();
        proxy.Cuts.ShouldBe(1);
        (await gateway.CountAsync("journal")).ShouldBe(0);
        (await gateway.PostAsync(Gateway.Sale(1, 100))).Status.ShouldBe(201);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task An_outage_is_told_at_once_and_over_at_once()
    {
        await using var proxy = new CommitCuttingProxy();
        await using var gateway = await Gateway.OpenAsync(cluster, bank => StartAsync(bank, proxy));
        await gateway.PostAsync(Gateway.Sale(1, 100));
        proxy.Refuses = true;
        var answer = await gateway.PostAsync(Gateway.Sale(2, 100));
        answer.Status.ShouldBe(503, answer.Json.ToJsonString());
        answer.RetryAfter.ShouldNotBeNull();
        proxy.Refuses = false;
        (await gateway.PostAsync(Gateway.Sale(2, 100))).Status.ShouldBe(201);
    }

    private static async Task<TestApi> StartAsync(TestBank bank, CommitCuttingProxy proxy)
    {
        var through = new NpgsqlConnectionStringBuilder(bank.ConnectionString);
        proxy.Start(through.Host!, through.Port);
        (through.Host, through.Port, through.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
        return await TestApi.StartAsync(bank, NpgsqlDataSource.Create(through.ConnectionString));
    }
}
