using System.Threading.Channels;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Writes chunks in their order while the next ones are read and prepared, so that the host and PostgreSQL each keep a core busy.
/// Three chunks at most are in memory: one being prepared, one waiting, one being written.
/// </summary>
internal sealed class ChunkPipeline : IAsyncDisposable
{
    private const int WaitingMax = 1;

    private readonly NpgsqlDataSource _database;
    private readonly ChangeCounter _changes;
    private readonly Action<IngestChunk> _written;
    private readonly Channel<PreparedChunk> _waiting = Channel.CreateBounded<PreparedChunk>(WaitingMax);
    private readonly PostedSlots _slots = new();
    private readonly ChunkWriter _writer;
    private readonly CancellationTokenSource _abandoned;
    private readonly Task _writing;
    private readonly Func<int> _nextChunkNo;
    private volatile Premises _premises;

    private ChunkPipeline(
        NpgsqlDataSource database, ChangeCounter changes, ChunkWriter writer, Premises premises, Func<int> nextChunkNo,
        Action<IngestChunk> written, CancellationToken cancellationToken)
    {
        (_database, _changes, _writer, _premises, _nextChunkNo, _written) = (database, changes, writer, premises, nextChunkNo, written);
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writing = Task.Run(() => WriteAllAsync(_abandoned.Token), CancellationToken.None);
    }

    /// <param name="written">Called after each commit, in order.</param>
    public static async Task<ChunkPipeline> StartAsync(
        NpgsqlDataSource database, NpgsqlConnection connection, RegistrySnapshots registries, ChangeCounter changes, ChunkWriter writer,
        Func<int> nextChunkNo, Action<IngestChunk> written, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        var registry = await registries.CurrentAsync(connection, cancellationToken);
        var dates = await PostingDates.LoadAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(database, changes, writer, new(registry, dates), nextChunkNo, written, cancellationToken);
    }

    /// <summary>Prepares a chunk and hands it over. Throws what the writing of an earlier one threw.</summary>
    public async Task AddAsync(IngestChunk chunk, CancellationToken cancellationToken)
    {
        var premises = _premises;
        var prepared = await PreparedChunk.OfAsync(
            chunk, premises.Registry, premises.Dates, date => _slots.OfAsync(_database, date, cancellationToken));
        while (!_waiting.Writer.TryWrite(prepared))
        {
            if (!await _waiting.Writer.WaitToWriteAsync(cancellationToken))
            {
                await _writing;
            }
        }
    }

    /// <summary>Waits until all that was added is committed; nothing can be added afterwards.</summary>
    public Task FinishAsync()
    {
        _waiting.Writer.TryComplete();
        return _writing;
    }

    /// <summary>Without <see cref="FinishAsync"/>, what is not committed is left for the repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _abandoned.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _abandoned.Dispose();
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var prepared in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                using (prepared)
                {
                    _premises = await _writer.WriteAsync(prepared, _nextChunkNo(), cancellationToken);
                }

                _changes.Advance();
                _written(prepared.Chunk);
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }
}
