using Acquiring.Backend.Platform;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Merchants.Limits;

/// <summary>
/// Two activations of a merchant's grain, as there are for a while when a silo dies or stands still: here in two processes' worth of grains on
/// one database. Whatever the two remember, together they keep the limit.
/// </summary>
public sealed class CountForAMerchant(TestCluster cluster)
{
    private const string Waiting =
        """
        select count(*) from pg_locks
        where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())
        """;

    [Fact]
    public async Task A_sale_judged_by_who_counts_no_more_is_judged_again()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        (await gateway.PostAsync(Gateway.Sale(1, 60))).Status.ShouldBe(201);
        (await TokenAsync(gateway)).ShouldBe(1);
        await gateway.Bank.ExecuteAsync("update limit_fence set token = token + 1"); // as another activation does

        (await gateway.PostAsync(Gateway.Sale(2, 40))).Status.ShouldBe(201);

        (await TokenAsync(gateway)).ShouldBe(3);
        (await gateway.CodeOfAsync(Gateway.Sale(3, 1))).ShouldBe("limit.day-sum");
        (await gateway.PostAsync(Gateway.Sale(2, 40))).Status.ShouldBe(200);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Who_remembers_less_than_was_posted_elsewhere_lets_nothing_pass_the_limit()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        (await gateway.PostAsync(Gateway.Sale(1, 10))).Status.ShouldBe(201);
        (await other.PostAsync("transactions", Gateway.Sale(2, 10))).Status.ShouldBe(201);

        // The first grain still believes that 10 are used: 95 would fit.
        (await gateway.CodeOfAsync(Gateway.Sale(3, 85))).ShouldBe("limit.day-sum");

        (await gateway.PostAsync(Gateway.Sale(3, 80))).Status.ShouldBe(201);
        (await SumAsync(gateway)).ShouldBe(100);
    }

    [Fact]
    public async Task Of_two_sales_under_way_at_two_activations_only_one_fits()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await using var other = await TestApi.StartAsync(gateway.Bank);
        await gateway.LimitAsync("""[{"dayFen":100}]""");
        (await gateway.PostAsync(Gateway.Sale(1, 10))).Status.ShouldBe(201);
        (await other.PostAsync("transactions", Gateway.Sale(2, 10))).Status.ShouldBe(201);
        Task<Answer> here, there;
        await using (var holder = await gateway.Bank.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await holder.BeginTransactionAsync();
            await new NpgsqlCommand($"select pg_advisory_xact_lock({DatabaseLocks.Ingest})", holder).ExecuteNonQueryAsync();
            here = gateway.PostAsync(Gateway.Sale(3, 80));
            there = other.PostAsync("transactions", Gateway.Sale(4, 80));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await gateway.Bank.ScalarAsync<long>(Waiting) < 2)
            {
                await Task.Delay(20, limit.Token); // both are judged, and wait for the lock to be posted
            }
        }

        var statuses = new[] { (await here).Status, (await there).Status };

        statuses.Order().ShouldBe([201, 422]);
        (await SumAsync(gateway)).ShouldBe(100);
        await gateway.BooksShouldBeInOrderAsync();
    }

    private static Task<long> TokenAsync(Gateway gateway) => gateway.Bank.ScalarAsync<long>("select token from limit_fence");

    private static Task<long> SumAsync(Gateway gateway) => gateway.Bank.ScalarAsync<long>("select sum(amount_fen)::bigint from journal");
}
