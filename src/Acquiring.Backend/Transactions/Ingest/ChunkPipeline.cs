using System.Threading.Channels;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Reads, prepares and writes chunks side by side. Two chunks are copied at a time, each in its own transaction on its own connection,
/// and they commit strictly in the file's order, so a crash leaves whole chunks without a gap. Six chunks at most are in memory: one being
/// read and one waiting, one being prepared and one waiting, two being written.
/// </summary>
internal sealed class ChunkPipeline : IAsyncDisposable
{
    private const int WaitingMax = 1;
    private const int StreamsMax = 2;

    /// <summary>
    /// How long a chunk with copied rows waits for the ingest lock. Who holds it may be waiting for one of those rows; then nobody would
    /// go on, so the rows are given up and the lines judged one by one.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Sums appended by one file before they are folded: so many are read in passing meanwhile.</summary>
    private const int DeltasMax = 1_000_000;

    private readonly NpgsqlDataSource _database;
    private readonly RegistrySnapshots _registries;
    private readonly ChangeCounter _changes;
    private readonly TimeProvider _clock;
    private readonly FileToWrite _file;
    private readonly Func<int> _nextChunkNo;
    private readonly Action<IngestChunk> _written;
    private readonly Channel<IngestChunk> _read = Channel.CreateBounded<IngestChunk>(WaitingMax);
    private readonly Channel<PreparedChunk> _waiting = Channel.CreateBounded<PreparedChunk>(WaitingMax);
    private readonly PostedSlots _slots;
    private readonly Queue<(ChunkWriter Writer, PreparedChunk Chunk, Task Begun)> _begun = new();
    private readonly Stack<ChunkWriter> _idle = new();
    private readonly CancellationTokenSource _abandoned;
    private readonly Task _preparing;
    private readonly Task _writing;
    private volatile Premises _premises;
    private int _deltas;

    private ChunkPipeline(
        NpgsqlDataSource database, RegistrySnapshots registries, ChangeCounter changes, TimeProvider clock, FileToWrite file,
        Premises premises, Func<int> nextChunkNo, Action<IngestChunk> written, CancellationToken cancellationToken)
    {
        (_database, _registries, _changes, _clock, _file) = (database, registries, changes, clock, file);
        (_premises, _nextChunkNo, _written, _slots) = (premises, nextChunkNo, written, new PostedSlots(database));
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _preparing = Task.Run(() => PrepareAllAsync(_abandoned.Token), CancellationToken.None);
        _writing = Task.Run(() => WriteAllAsync(_abandoned.Token), CancellationToken.None);
    }

    /// <param name="written">Called after each commit, in order.</param>
    public static async Task<ChunkPipeline> StartAsync(
        NpgsqlDataSource database, RegistrySnapshots registries, ChangeCounter changes, TimeProvider clock, FileToWrite file,
        Func<int> nextChunkNo, Action<IngestChunk> written, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        var premises = new Premises(
            await registries.CurrentAsync(connection, cancellationToken), await PostingDates.LoadAsync(connection, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new(database, registries, changes, clock, file, premises, nextChunkNo, written, cancellationToken);
    }

    /// <summary>Hands a chunk over. Throws what the preparing or writing of an earlier one threw.</summary>
    public async Task AddAsync(IngestChunk chunk, CancellationToken cancellationToken)
    {
        while (!_read.Writer.TryWrite(chunk))
        {
            if (!await _read.Writer.WaitToWriteAsync(cancellationToken))
            {
                await _preparing;
                await _writing;
            }
        }
    }

    /// <summary>Waits until all that was added is committed; nothing can be added afterwards.</summary>
    /// <returns>How many sums were appended and are not folded yet, about.</returns>
    public async Task<int> FinishAsync()
    {
        _read.Writer.TryComplete();
        await _preparing;
        await _writing;
        return _deltas;
    }

    /// <summary>Without <see cref="FinishAsync"/>, what is not committed is left for the repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        _read.Writer.TryComplete();
        await _abandoned.CancelAsync();
        await _preparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (writer, chunk, begun) in _begun)
        {
            await begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            chunk.Dispose();
            await writer.DisposeAsync();
        }

        foreach (var writer in _idle)
        {
            await writer.DisposeAsync();
        }

        _abandoned.Dispose();
    }

    private async Task PrepareAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var chunk in _read.Reader.ReadAllAsync(cancellationToken))
            {
                var prepared = await PreparedChunk.OfAsync(chunk, _premises, _slots, cancellationToken);
                while (!_waiting.Writer.TryWrite(prepared))
                {
                    if (!await _waiting.Writer.WaitToWriteAsync(cancellationToken))
                    {
                        return;
                    }
                }
            }
        }
        finally
        {
            _read.Writer.TryComplete();
            _waiting.Writer.TryComplete();
        }
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (_begun.Count < StreamsMax && _waiting.Reader.TryRead(out var chunk))
                {
                    var writer = _idle.TryPop(out var idle) ? idle : await OpenAsync(cancellationToken);
                    _begun.Enqueue((writer, chunk, writer.BeginAsync(chunk, _patience, cancellationToken)));
                }
                else if (_begun.Count > 0)
                {
                    await EndOldestAsync(cancellationToken);
                }
                else if (!await _waiting.Reader.WaitToReadAsync(cancellationToken))
                {
                    return;
                }
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }

    private async Task<ChunkWriter> OpenAsync(CancellationToken cancellationToken) =>
        new(await _database.OpenConnectionAsync(cancellationToken), _file, _registries, _clock);

    private async Task EndOldestAsync(CancellationToken cancellationToken)
    {
        var (writer, chunk, begun) = _begun.Peek();
        await begun;
        var chunkNo = _nextChunkNo();
        var premises = await writer.EndAsync(chunk, chunkNo, _patience, cancellationToken);
        if (premises is null)
        {
            foreach (var (other, _, otherBegun) in _begun)
            {
                await otherBegun;
                await other.RollBackAsync(cancellationToken);
            }

            premises = await writer.EndAsync(chunk, chunkNo, patience: null, cancellationToken);
        }

        _premises = premises!;
        _begun.Dequeue();
        _idle.Push(writer);
        _deltas += chunk.FreshVolumes.Count;
        chunk.Dispose();
        _changes.Advance();
        _written(chunk.Chunk);
        if (_deltas > DeltasMax)
        {
            await FoldAsync(cancellationToken);
        }
    }

    private async Task FoldAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        await VolumeDeltas.FoldAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _deltas = 0;
    }
}
