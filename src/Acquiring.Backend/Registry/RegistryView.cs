using Acquiring.Backend.Transactions.Ingest;
using Npgsql;

namespace Acquiring.Backend.Registry;

/// <summary>
/// The registry for whoever only looks things up: from memory, as long as no import came. After one, the first who asks reads it for all,
/// under the lock that <see cref="RegistrySnapshots"/> asks for.
/// </summary>
public sealed class RegistryView(NpgsqlDataSource database, RegistrySnapshots snapshots) : IDisposable
{
    private readonly SemaphoreSlim _oneReader = new(1);

    public void Dispose() => _oneReader.Dispose();

    public ValueTask<RegistrySnapshot> CurrentAsync(CancellationToken cancellationToken) =>
        snapshots.TryCurrent(out var current) ? new(current) : new(ReadAsync(cancellationToken));

    private async Task<RegistrySnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        await _oneReader.WaitAsync(cancellationToken);
        try
        {
            if (snapshots.TryCurrent(out var current))
            {
                return current;
            }

            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await IngestLock.TakeAsync(connection, cancellationToken);
            return await snapshots.CurrentAsync(connection, cancellationToken);
        }
        finally
        {
            _oneReader.Release();
        }
    }
}
