using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>
/// A transaction that only the holder of a lease can commit. It locks the shard's row first, so that nobody claims or cancels the shard
/// while it is open, and it carries the checkpoint: effects and the place to go on from are there together or not at all.
/// </summary>
public sealed class FencedTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private readonly JobLease _lease;

    private FencedTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, JobLease lease)
    {
        Connection = connection;
        _transaction = transaction;
        _lease = lease;
    }

    /// <summary>For the effects. Statements on it are in the transaction.</summary>
    public NpgsqlConnection Connection { get; }

    /// <exception cref="LeaseLostException">The lease ran out, the shard was claimed anew or cancelled.</exception>
    public static async Task<FencedTransaction> BeginAsync(NpgsqlDataSource dataSource, JobLease lease, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await LockAsync(connection, lease, cancellationToken))
            {
                throw new LeaseLostException(await JobLedger.WhyNotAsync(connection, lease, cancellationToken));
            }

            return new(connection, transaction, lease);
        }
        catch
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync();
            }

            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Saves the checkpoint with the effects and holds the lease anew. The row is locked since the beginning, so the lease cannot have gone
    /// to another however long the effects took.
    /// </summary>
    /// <param name="checkpoint">JSON, at most <see cref="JobLimits.CheckpointBytesMax"/>; <c>null</c> keeps the last.</param>
    public async Task CommitAsync(string? checkpoint, long? done, long? total, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update job_shard
            set lease_until = clock_timestamp() + $5, checkpoint = coalesce($6, checkpoint),
                failures = case when $6 is null then failures else 0 end, attempts = case when $6 is null then attempts else 0 end,
                done = coalesce($7, done), total = coalesce($8, total)
            where job = $1 and business_date = $2 and shard = $3 and token = $4
            """,
            Connection, _transaction);
        JobLedger.Bind(command.Parameters, _lease);
        command.Parameters.Add(new() { Value = JobLimits.Lease });
        command.Parameters.Add(new() { Value = (object?)checkpoint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = (object?)done ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = (object?)total ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new InvalidOperationException("a locked shard changed under its lock");
        }

        await _transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>
    /// A worker frozen in the middle would hold the lock for as long as it is frozen: when it says nothing for the length of a lease, the
    /// server ends its session and with it the transaction.
    /// </summary>
    private static async Task<bool> LockAsync(NpgsqlConnection connection, JobLease lease, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"set local idle_in_transaction_session_timeout = {(long)JobLimits.Lease.TotalMilliseconds}"),
                new($"select 1 from job_shard where {JobLedger.HeldSql} for update"),
            },
        };
        JobLedger.Bind(batch.BatchCommands[1].Parameters, lease);
        return await batch.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
