using Npgsql;

namespace Acquiring.Backend.Registry;

/// <summary>Which registry the database has; advanced in the transaction of each change to it, under the ingest lock.</summary>
internal static class RegistryVersion
{
    public static async Task AdvanceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update registry_version set version = version + 1", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<long> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select version from registry_version", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
