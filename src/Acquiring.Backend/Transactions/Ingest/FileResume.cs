using Acquiring.Core.Clearing;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Finds out, chunk by chunk, whether the bytes that come in are those of a file that was begun and not finished. As long as they are,
/// committed chunks are skipped with their counts kept, so the report is as if nothing had happened. Where they part, this is another
/// file that shares a beginning: it gets a row of its own, to which the shared lines are duplicates.
/// </summary>
internal sealed class FileResume
{
    private readonly NpgsqlConnection _connection;
    private readonly ClearingFileRequest _request;
    private readonly DateOnly _businessDate;
    private readonly ClearingFormat _format;
    private readonly FileLines _lines;
    private readonly TimeProvider _clock;
    private IReadOnlyList<StoredChunk> _stored = [];
    private int _done;

    private FileResume(
        NpgsqlConnection connection, ClearingFileRequest request, DateOnly businessDate, ClearingFormat format, FileLines lines,
        TimeProvider clock)
    {
        (_connection, _request, _businessDate, _format, _lines, _clock) = (connection, request, businessDate, format, lines, clock);
    }

    public int FileId { get; private set; }

    public bool Resumed { get; private set; }

    public static async Task<FileResume> BeginAsync(
        NpgsqlConnection connection, ClearingFileRequest request, DateOnly businessDate, ClearingFormat format, FileLines lines,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var resume = new FileResume(connection, request, businessDate, format, lines, clock);
        var unfinished = await ClearingFileStore.FindUnfinishedAsync(
            connection, request.Channel, businessDate, format.Name, cancellationToken);
        await lines.FillAsync(unfinished.Select(f => f.Chunks.Count > 0 ? f.Chunks[0].Lines : 0).DefaultIfEmpty().Max(), cancellationToken);
        var same = unfinished.Find(f => f.Chunks.Count > 0 && resume.Matches(f.Chunks[0]))
            ?? unfinished.Find(f => f.Chunks.Count == 0 && f.Name == request.FileName);
        if (same is null)
        {
            await resume.BeginNewAsync(cancellationToken);
        }
        else
        {
            resume.FileId = same.FileId;
            resume.Resumed = true;
            resume._stored = same.Chunks;
        }

        return resume;
    }

    public int NextChunkNo() => ++_done;

    /// <summary>How many of the lines at hand are a committed chunk of this very file; 0 when they must be judged.</summary>
    public async Task<int> SkipKnownChunkAsync(CancellationToken cancellationToken)
    {
        if (_done >= _stored.Count)
        {
            return 0;
        }

        var chunk = _stored[_done];
        await _lines.FillAsync(chunk.Lines, cancellationToken);
        if (Matches(chunk))
        {
            _done++;
            return chunk.Lines;
        }

        await PartAsync(cancellationToken);
        return 0;
    }

    /// <summary>A file that ends before the chunks of the one it resembles is another, shorter file.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        _done < _stored.Count ? PartAsync(cancellationToken) : Task.CompletedTask;

    private bool Matches(StoredChunk chunk) =>
        _lines.Lines.Count >= chunk.Lines && _lines.DigestOf(chunk.Lines).AsSpan().SequenceEqual(chunk.Sha256);

    private async Task PartAsync(CancellationToken cancellationToken)
    {
        var other = FileId;
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await BeginNewAsync(cancellationToken);
        await ClearingFileStore.CopyChunksAsDuplicatesAsync(_connection, other, FileId, _done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Resumed = false;
        _stored = [];
    }

    private async Task BeginNewAsync(CancellationToken cancellationToken) =>
        FileId = await ClearingFileStore.BeginAsync(
            _connection, _request, _businessDate, _format.Name, _clock.GetUtcNow().UtcDateTime, cancellationToken);
}
