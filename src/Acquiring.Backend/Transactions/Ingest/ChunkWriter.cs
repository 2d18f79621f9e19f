using Acquiring.Backend.Registry;
using Acquiring.Backend.Terminals.BindingCases;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Writes all of a chunk in one transaction on a connection of its own: journal, volumes, suspense, malformed lines and the chunk's own
/// row, which is its idempotency record and its audit. Either all of it is there or none.
/// <see cref="BeginAsync"/> does what needs no lock, side by side with other chunks: it copies the sales that memory proved new and
/// looks up what memory could not decide. <see cref="EndAsync"/> runs in the chunks' order under the ingest lock: when what the chunk was prepared by still
/// holds, it judges the rest and commits; else it begins anew and leaves all of the chunk to the judge.
/// </summary>
internal sealed class ChunkWriter(NpgsqlConnection connection, FileToWrite file, RegistrySnapshots registries, TimeProvider clock)
    : IAsyncDisposable
{
    private const int DeadlocksMax = 20;

    private NpgsqlTransaction? _transaction;
    private KnownLines? _known;
    private bool _copied;
    private int _deadlocks;

    /// <param name="patience">
    /// How long a row may wait for another transaction that is about to post the same line. That one may be waiting for us by ways the
    /// server does not see, so the copy is given up then.
    /// </param>
    public async Task BeginAsync(PreparedChunk prepared, TimeSpan patience, CancellationToken cancellationToken)
    {
        await JournalWriter.EnsurePartitionsAsync(connection, prepared.Months, cancellationToken);
        _transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            if (prepared.FreshSales.Count > 0)
            {
                await IngestLock.LimitWaitsAsync(connection, patience, cancellationToken);
                await JournalWriter.SendAsync(connection, prepared.FreshRows, cancellationToken);
                await prepared.FreshVolumes.SendAsync(connection, cancellationToken);
            }

            _known = await KnownLines.LoadAsync(connection, prepared.Rest, cancellationToken);
            _copied = true;
        }
        catch (PostgresException e) when (
            e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable)
        {
            // Another writer has just posted one of these lines, or is about to.
            await RollBackAsync(cancellationToken);
        }
    }

    /// <summary>Gives up what was begun; <see cref="EndAsync"/> then judges all lines.</summary>
    public async Task RollBackAsync(CancellationToken cancellationToken)
    {
        _copied = false;
        if (_transaction is not null)
        {
            await _transaction.RollbackAsync(cancellationToken);
            await _transaction.DisposeAsync();
            _transaction = null;
        }
    }

    /// <returns>What the next chunk is prepared by; <c>null</c> when the lock was not to be had in <paramref name="patience"/>.</returns>
    public async Task<Premises?> EndAsync(PreparedChunk prepared, int chunkNo, TimeSpan? patience, CancellationToken cancellationToken)
    {
        _transaction ??= await connection.BeginTransactionAsync(cancellationToken);
        if (!await IngestLock.TryTakeAsync(connection, patience, cancellationToken))
        {
            return null;
        }

        await ClearingFileStore.RefuseUnlessReadingAsync(connection, file.FileId, cancellationToken);
        var registry = await registries.CurrentAsync(connection, cancellationToken);
        var dates = await PostingDates.LoadAsync(connection, cancellationToken);
        var generations = await JournalDates.GenerationsAsync(connection, prepared.RememberedDates, cancellationToken);
        if (_copied && prepared.IsStale(registry, dates, generations))
        {
            await RollBackAsync(cancellationToken);
            return await EndAsync(prepared, chunkNo, patience: null, cancellationToken);
        }

        DateOnly[] countedDates;
        try
        {
            countedDates = await JudgeAsync(prepared, chunkNo, registry, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && _deadlocks++ < DeadlocksMax)
        {
            // Another reader of files copied one of these lines and waits for the lock that is held here. It gives up soon.
            await RollBackAsync(cancellationToken);
            return await EndAsync(prepared, chunkNo, patience: null, cancellationToken);
        }

        _deadlocks = 0;
        await _transaction.CommitAsync(cancellationToken);
        await _transaction.DisposeAsync();
        _transaction = null;
        prepared.Committed(countedDates);
        return new(registry, dates);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<DateOnly[]> JudgeAsync(
        PreparedChunk prepared, int chunkNo, RegistrySnapshot registry, CancellationToken cancellationToken)
    {
        var chunk = prepared.Chunk;
        IReadOnlyList<Candidate> fresh = [];
        IReadOnlyList<Candidate> rest = chunk.Candidates;
        IReadOnlyList<Candidate> repeats = [];
        IReadOnlyCollection<DateOnly> freshDates = [];
        var counts = default(ChunkCounts);
        KnownLines? known = null;
        if (_copied)
        {
            (fresh, freshDates, rest, repeats, counts, known) =
                (prepared.FreshSales, prepared.FreshDates, prepared.Rest, prepared.Repeats, prepared.DecidedCounts, _known);
        }

        _copied = false;
        var now = clock.GetUtcNow().UtcDateTime;
        using var volumes = new VolumeDeltas();
        var judgement = await LineJudge.JudgeAsync(connection, registry, file.BusinessDate, rest, fresh, known, cancellationToken);
        await JournalWriter.AppendRowsAsync(connection, judgement.Rows, volumes, cancellationToken);
        await volumes.SendAsync(connection, cancellationToken);
        var held = rest.Where(c => c.Outcome == Outcome.Held).ToList();
        await HeldLineStore.InsertAsync(connection, held, now, cancellationToken);
        await OpenBindingCases.RunAsync(connection, registry, held.Select(h => (h.Line, h.HoldReason)), now, cancellationToken);
        await HeldLineStore.SettleAsync(connection, judgement.Released, now, cancellationToken);
        await ChunkTrail.AddMalformedAsync(connection, file.FileId, chunk.Malformed, cancellationToken);
        await ChunkTrail.AddOverlapsAsync(connection, file.FileId, rest.Concat(repeats), cancellationToken);
        counts = counts.Plus(ChunkCounts.Of(file.FileId, rest, judgement));
        await ClearingFileStore.AddChunkAsync(connection, file.FileId, chunkNo, chunk, counts, cancellationToken);

        var countedDates = freshDates
            .Concat(judgement.Rows.Select(r => r.Key.Date))
            .Concat(held.Select(h => h.Line.TransactionDate))
            .Distinct().ToArray();
        await JournalDates.AdvanceAsync(connection, countedDates, cancellationToken);
        return countedDates;
    }
}

internal sealed record FileToWrite(int FileId, DateOnly BusinessDate);

/// <summary>What chunks are prepared by, as of a moment under the ingest lock.</summary>
internal sealed record Premises(RegistrySnapshot Registry, PostingDates Dates);
