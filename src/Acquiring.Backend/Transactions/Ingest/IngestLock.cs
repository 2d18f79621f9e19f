using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Serialises whatever writes the journal or closes a day, for the length of a transaction.</summary>
internal static class IngestLock
{
    public static async Task TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        command.Parameters.Add(new() { Value = DatabaseLocks.Ingest });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
