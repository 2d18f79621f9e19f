using Acquiring.Backend.Platform.Jobs;
using Acquiring.Backend.Tests.Tiers;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Acquiring.Backend.Tests.Night;

public sealed class KillTheNight(TestCluster cluster, ITestOutputHelper output)
{
    private const int Kills = 50;
    private const int Seed = 20261122;
    private static readonly DateOnly s_first = new(2027, 10, 15);
    private static readonly DateOnly s_last = new(2027, 12, 3);

    /// <summary>
    /// A worker dies at a moment of its own choosing: its connections are cut and it never writes again, not even that it failed. Its lease runs
    /// out, and the next worker takes over.
    /// </summary>
    [Fact]
    public async Task Fifty_kills_across_the_chain_leave_what_an_uninterrupted_one_leaves()
    {
        output.WriteLine($"seed {Seed}");
        await using var whole = await LivedAsync();
        await using var killed = await LivedAsync();
        await using (var api = await TestApi.StartAsync(whole))
        {
            await AskAsync(api);
            await api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);
        }

        await using (var api = await TestApi.StartAsync(killed))
        {
            await AskAsync(api);
        }

        var random = new Random(Seed);
        var kills = 0;
        for (var tries = 0; tries < 400 && await LeftAsync(killed) > 0; tries++)
        {
            await killed.ExecuteAsync("update job_shard set lease_until = clock_timestamp() - interval '1 millisecond' where state = 'running'");
            if (kills < Kills)
            {
                kills += await KillOneAsync(killed, TimeSpan.FromMilliseconds(random.Next(2, 50))) ? 1 : 0;
                continue;
            }

            await using var api = await TestApi.StartAsync(killed);
            await api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);
        }

        output.WriteLine($"{kills} kills, {await killed.ScalarAsync<long>("select sum(token) from job_shard")} claims of {await killed.ScalarAsync<long>("select count(*) from job_shard")} shards");
        kills.ShouldBe(Kills);
        (await whole.ScalarAsync<long>("select count(*) from alarm_step")).ShouldBeGreaterThan(10);
        (await LeftAsync(killed)).ShouldBe(0);
        (await WrittenAsync(killed)).ShouldBe(await WrittenAsync(whole));
    }

    private static Task<long> ClaimsAsync(TestBank bank) => bank.ScalarAsync<long>("select sum(token)::bigint from job_shard");

    private static Task<string> WrittenAsync(TestBank bank) => bank.ScalarAsync<string>(NightBank.WrittenSql);

    private static Task<long> LeftAsync(TestBank bank) => bank.ScalarAsync<long>("select count(*) from job_shard where state in ('due', 'running', 'failed')");

    private async Task<TestBank> LivedAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        var simulation = new TierSimulation(bank, new NaiveTiers(), Seed, merchants: 25);
        await simulation.OpenAsync();
        for (var day = s_first; day <= s_last; day = day.AddDays(1))
        {
            await simulation.LiveAsync(day);
        }

        // So that the nights raise alarms; some merchants sell again, and theirs end.
        await bank.ExecuteAsync(
            """
            insert into loan (loan_ref, merchant_id) select 'L-' || merchant_id, merchant_id from merchant where merchant_id <= 15 order by merchant_id;
            insert into loan_version (loan_id, valid_from, product, outstanding_fen, disbursed_on, share_per_ten_million)
            select loan_id, '2027-10-15', 'test', 100000, '2027-10-15', 1000000 from loan
            """);

        // The simulation closes its days as it lives them; the night shall do that.
        await bank.CorruptAsync("delete from business_day_close");
        await bank.FilesAsync($"{s_first:yyyy-MM-dd}", $"{s_last:yyyy-MM-dd}");
        return bank;
    }

    /// <summary>Every fifth date is asked for; the others are missed dates of it.</summary>
    private static async Task AskAsync(TestApi api)
    {
        for (var date = s_first; date <= s_last; date = date.AddDays(5))
        {
            (await api.PostAsync($"nights/{date:yyyy-MM-dd}", "{}")).Status.ShouldBe(202);
        }
    }

    /// <returns>Whether it held a shard when it died.</returns>
    private static async Task<bool> KillOneAsync(TestBank bank, TimeSpan after)
    {
        var name = $"victim-{Guid.CreateVersion7():N}";
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(bank.ConnectionString) { ApplicationName = name, MaxPoolSize = 20 });
        await using var api = await TestApi.StartAsync(bank, database);
        var claims = await ClaimsAsync(bank);
        var work = api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);
        while (!work.IsCompleted && await ClaimsAsync(bank) == claims)
        {
            await Task.Yield();
        }

        await Task.WhenAny(work, Task.Delay(after, TestContext.Current.CancellationToken));
        // From here on it opens no connection; those it has are cut.
        await database.DisposeAsync();
        await bank.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'");
        try
        {
            await work;
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // As it dies.
        }

        return await bank.ScalarAsync<bool>("select exists (select from job_shard where state = 'running')");
    }
}
