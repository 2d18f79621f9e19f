using Acquiring.Backend.Platform.Migrations;
using Acquiring.Standalone.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Testing;

/// <summary>
/// One private PostgreSQL for a test assembly, started when the first test asks for a database. In the assembly:
/// <c>[assembly: AssemblyFixture(typeof(TestCluster))]</c>; in the test class: a constructor parameter.
/// </summary>
public sealed class TestCluster : IAsyncDisposable
{
    private const string Template = "acquiring_template";

    private readonly Lazy<Task<Running>> _running = new(StartAsync);
    private int _databases;

    /// <summary>A fresh database with all migrations applied; milliseconds. Dispose it to free its space.</summary>
    public Task<TestDatabase> NewDatabaseAsync() => CopyAsync(Template);

    /// <summary>A fresh database without any table.</summary>
    public Task<TestDatabase> NewEmptyDatabaseAsync() => CopyAsync("template0");

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated)
        {
            var running = await _running.Value;
            await running.Server.DisposeAsync();
            running.Directory.Dispose();
        }
    }

    private async Task<TestDatabase> CopyAsync(string template)
    {
        var running = await _running.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(running.Admin, $"create database {name} template {template}");
        return new(name, running.Admin);
    }

    private static async Task<Running> StartAsync()
    {
        var directory = new TestDirectory();
        var server = await PrivatePostgres.StartAsync(
            PrivatePostgresOptions.FromEnvironment(directory["data"]) with
            {
                // Many databases at once, each with its own pool.
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["max_connections"] = "200" },
            },
            NullLogger.Instance, TimeProvider.System);
        var admin = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false, Database = "postgres" }.ConnectionString;
        await ExecuteAsync(admin, $"create database {Template}");
        await using (var template = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(admin) { Database = Template }.ConnectionString))
        {
            await new Migrator(MigrationSet.Embedded, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(template);
        }

        return new(directory, server, admin);
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Running(TestDirectory Directory, PrivatePostgres Server, string Admin);
}
