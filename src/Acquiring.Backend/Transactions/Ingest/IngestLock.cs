using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Serialises whatever writes the journal or closes a day, for the length of a transaction.</summary>
internal static class IngestLock
{
    /// <summary>
    /// Waits for the lock and takes it for the rest of the transaction. Whoever holds it and then says nothing for so long, because its
    /// process stands still, is thrown out by the server, and what it had begun with it; else everybody would wait for it.
    /// </summary>
    public const string TakeSql = "select pg_advisory_xact_lock($1), set_config('idle_in_transaction_session_timeout', '15s', true)";

    public static async Task TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TakeSql, connection) { CommandTimeout = 0 };
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
                new(TakeSql) { Parameters = { new() { Value = DatabaseLocks.Ingest } } },
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
