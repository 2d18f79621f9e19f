using Acquiring.Standalone.Postgres;
using Acquiring.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Standalone.Tests.Postgres;

/// <summary>What the tests of the private PostgreSQL do again and again.</summary>
internal static class PrivateServer
{
    public static Task<PrivatePostgres> StartAsync(PrivatePostgresOptions options) =>
        PrivatePostgres.StartAsync(options, NullLogger.Instance, TimeProvider.System);

    public static Task<PrivatePostgres> StartAsync(TestDirectory directory) =>
        StartAsync(PrivatePostgresOptions.FromEnvironment(directory["data"]));

    public static async Task<object?> AskAsync(PrivatePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public static string PidFile(TestDirectory directory) => Path.Combine(directory["data"], "postgres", "postmaster.pid");

    /// <summary>A folder of programs that only know their version, as a search sees them.</summary>
    public static string FakeBinaries(string folder, int major)
    {
        Directory.CreateDirectory(folder);
        Script(Path.Combine(folder, "postgres"), $"echo 'postgres (PostgreSQL) {major}.4 (made up)'");
        Script(Path.Combine(folder, "initdb"), "exit 1");
        Script(Path.Combine(folder, "pg_ctl"), "exit 1");
        return folder;
    }

    public static void Script(string path, string body)
    {
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
