using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Serialises whatever writes the journal or closes a day, for the length of a transaction.</summary>
internal static class IngestLock
{
    public static async Task TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = DatabaseLocks.Ingest });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>For the rest of the transaction, or until <see cref="TryTakeAsync"/>: a statement that waits longer for others fails.</summary>
    public static async Task LimitWaitsAsync(NpgsqlConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select set_config('lock_timeout', $1, true)", connection);
        command.Parameters.Add(new() { Value = $"{limit.TotalMilliseconds:F0}" });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes it unless that would last longer than the patience; then the transaction is broken and <c>false</c> is returned.</summary>
    public static async Task<bool> TryTakeAsync(NpgsqlConnection connection, TimeSpan? patience, CancellationToken cancellationToken)
    {
        if (patience is not { } limit)
        {
            await TakeAsync(connection, cancellationToken);
            return true;
        }

        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select set_config('lock_timeout', $1, true)") { Parameters = { new() { Value = $"{limit.TotalMilliseconds:F0}" } } },
                new("select pg_advisory_xact_lock($1)") { Parameters = { new() { Value = DatabaseLocks.Ingest } } },
                new("select set_config('lock_timeout', '0', true)"),
            },
        };
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }
}
