using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Npgsql;

namespace Acquiring.Backend.Registry;

/// <summary>What a change of merchants, machines or plans holds until its transaction ends.</summary>
internal static class RegistryLock
{
    /// <summary>The locks of the import, which compares merchants, and of the journal's writers, in their order.</summary>
    public static async Task TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        wait.Parameters.Add(new() { Value = DatabaseLocks.RegistryImport });
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
    }
}
