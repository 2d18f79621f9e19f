using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Writes all of a chunk in one transaction: journal, volumes, suspense, malformed lines and the chunk's own row, which is its
/// idempotency record and its audit. Either all of it is there or none.
/// </summary>
internal sealed class ChunkWriter(NpgsqlConnection connection, RegistrySnapshots registries, int fileId, DateOnly businessDate, TimeProvider clock)
{
    /// <summary>Sums appended in one file before they are folded: so many are still read in passing.</summary>
    private const int DeltasMax = 1_000_000;

    private int _deltas;

    /// <returns>What the next chunk is prepared by.</returns>
    public async Task<Premises> WriteAsync(PreparedChunk prepared, int chunkNo, CancellationToken cancellationToken)
    {
        var chunk = prepared.Chunk;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        await ClearingFileStore.RefuseUnlessReadingAsync(connection, fileId, cancellationToken);
        var registry = await registries.CurrentAsync(connection, cancellationToken);
        var dates = await PostingDates.LoadAsync(connection, cancellationToken);
        var generations = await JournalDates.GenerationsAsync(connection, prepared.RememberedDates, cancellationToken);
        var stale = prepared.IsStale(registry, dates, generations);
        IReadOnlyList<Candidate> fresh = stale ? [] : prepared.FreshSales;
        var rest = stale ? chunk.Candidates : prepared.Rest;
        var now = clock.GetUtcNow().UtcDateTime;

        using var none = new VolumeDeltas();
        var volumes = stale ? none : prepared.FreshVolumes;
        if (fresh.Count > 0)
        {
            await JournalWriter.SendAsync(connection, prepared.FreshRows, cancellationToken);
            prepared.AcceptFresh();
        }

        var judgement = await LineJudge.JudgeAsync(connection, registry, businessDate, rest, fresh, cancellationToken);
        await JournalWriter.AppendRowsAsync(connection, judgement.Rows, volumes, cancellationToken);
        await volumes.SendAsync(connection, cancellationToken);
        var held = rest.Where(c => c.Outcome == Outcome.Held).ToList();
        await HeldLineStore.InsertAsync(connection, held, now, cancellationToken);
        await HeldLineStore.SettleAsync(connection, judgement.Released, now, cancellationToken);
        await ChunkTrail.AddMalformedAsync(connection, fileId, chunk.Malformed, cancellationToken);
        await ChunkTrail.AddOverlapsAsync(connection, fileId, rest, cancellationToken);

        var counted = fresh.Select(f => f.Line.TransactionDate)
            .Concat(judgement.Rows.Select(r => r.Key.Date))
            .Concat(held.Select(h => h.Line.TransactionDate))
            .Distinct().ToArray();
        await JournalDates.AdvanceAsync(connection, counted, cancellationToken);
        await ClearingFileStore.AddChunkAsync(
            connection, fileId, chunkNo, chunk, (stale ? default : prepared.FreshCounts).Plus(ChunkCounts.Of(fileId, rest, judgement)), cancellationToken);
        await FoldWhenManyAsync(volumes.Count, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        prepared.Committed(counted);
        return new(registry, dates);
    }

    private async Task FoldWhenManyAsync(int deltas, CancellationToken cancellationToken)
    {
        _deltas += deltas;
        if (_deltas > DeltasMax)
        {
            await VolumeDeltas.FoldAsync(connection, cancellationToken);
            _deltas = 0;
        }
    }
}

/// <summary>What chunks are prepared by, as of a moment under the ingest lock.</summary>
internal sealed record Premises(RegistrySnapshot Registry, PostingDates Dates);
