using Acquiring.Core.Refusals;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class AssertDurability(TestCluster cluster, MadeCluster made)
{
    [Fact]
    public async Task A_server_as_we_start_it_is_durable()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        await PostgresDurability.AssertAsync(database.DataSource);
    }

    [Fact]
    public async Task Synchronous_commit_that_is_off_for_a_database_is_refused_by_name()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        await using var lax = NpgsqlDataSource.Create(database.ConnectionString + ";Options=-c synchronous_commit=off");
        var refused = await Should.ThrowAsync<RefusedException>(() => PostgresDurability.AssertAsync(lax));
        refused.Refusal["settings"].ShouldBe("synchronous_commit = off");
    }

    [Fact]
    public async Task A_server_without_fsync_and_full_page_writes_is_refused_with_both_names()
    {
        using var directory = new TestDirectory();
        await made.CopyToAsync(directory["data"]);
        await using var server = await PrivateServer.StartAsync(PrivatePostgresOptions.FromEnvironment(directory["data"]) with
        {
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["full_page_writes"] = "off" },
        });
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        var refused = await Should.ThrowAsync<RefusedException>(() => PostgresDurability.AssertAsync(database));
        refused.Refusal["settings"].ShouldBe("fsync = off, full_page_writes = off");
    }
}
