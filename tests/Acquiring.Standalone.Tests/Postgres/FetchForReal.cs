using Acquiring.Backend.Platform.Migrations;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Acquiring.Standalone.Tests.Postgres.PrivateServer;

namespace Acquiring.Standalone.Tests.Postgres;

/// <summary>Asks npm's registry, so it runs on demand only: <c>dotnet run --project tests/Acquiring.Standalone.Tests -- -explicit only</c>.</summary>
public sealed class FetchForReal
{
    [Fact(Explicit = true)]
    public async Task A_machine_with_npm_and_no_PostgreSQL_gets_one_that_takes_all_migrations()
    {
        using var directory = new TestDirectory();
        var npm = PostgresPlaces.OfThisMachine().Find("npm").ShouldNotBeNull("npm is needed");
        Directory.CreateDirectory(directory["path"]);
        File.CreateSymbolicLink(directory["path/npm"], npm);
        var heard = new List<string>();
        var options = new PrivatePostgresOptions(directory["data"])
        {
            Places = new([directory["path"]], []),
            Tell = notice => heard.Add(notice.Code),
        };

        await using (var server = await StartAsync(options))
        {
            heard.ShouldBe(["postgres.fetching", "postgres.making"]);
            await using var database = NpgsqlDataSource.Create(server.ConnectionString);
            await new Migrator(MigrationSet.Embedded, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(database);
            (await AskAsync(server, "show server_version")).ShouldBe("18.4");
        }

        await using var again = await StartAsync(options);
        heard.Count.ShouldBe(2, "neither fetched nor made twice");
    }
}
