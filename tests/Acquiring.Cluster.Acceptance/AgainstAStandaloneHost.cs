using Acquiring.Acceptance.Running;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Cluster.Acceptance;

/// <summary>A standalone host is known by the lock it holds on the database; here a bare connection holds it as one does.</summary>
public sealed class AgainstAStandaloneHost(TestCluster cluster)
{
    private const long Serving = 0x4143_5155_0005;

    [Fact]
    public async Task Silos_keep_it_out_and_it_keeps_silos_out()
    {
        await using var silos = await ThreeSilos.StartAsync(cluster);
        await using var standalone = await NpgsqlDataSource.Create(silos.Database).OpenConnectionAsync();
        (await TakeAsync(standalone)).ShouldBeFalse();
        await silos.KillAsync(0);
        await silos.KillAsync(1);
        (await TakeAsync(standalone)).ShouldBeFalse();
        await silos.KillAsync(2);
        for (var i = 0; !await TakeAsync(standalone); i++)
        {
            i.ShouldBeLessThan(100, "a dead silo still holds the database");
            await Task.Delay(100);
        }

        var refused = await silos[0].RunAsync("serve", "--urls", "http://127.0.0.1:0");
        refused.ShouldBeRefused().Json.GetProperty("code").GetString().ShouldBe("host.database-served-alone");
    }

    private static async Task<bool> TakeAsync(NpgsqlConnection connection)
    {
        await using var take = new NpgsqlCommand($"select pg_try_advisory_lock({Serving})", connection);
        return (bool)(await take.ExecuteScalarAsync())!;
    }
}
