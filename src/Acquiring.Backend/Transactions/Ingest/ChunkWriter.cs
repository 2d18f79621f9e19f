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

    /// <returns>The registry of this moment, by which the next chunk is prepared.</returns>
    public async Task<RegistrySnapshot> WriteAsync(PreparedChunk prepared, int chunkNo, CancellationToken cancellationToken)
    {
        var chunk = prepared.Chunk;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        await ClearingFileStore.RefuseUnlessReadingAsync(connection, fileId, cancellationToken);
        var registry = await registries.CurrentAsync(connection, cancellationToken);
        var dates = await PostingDates.LoadAsync(connection, cancellationToken);
        var generations = await JournalDates.GenerationsAsync(connection, prepared.RememberedDates, cancellationToken);
        var stale = prepared.IsStale(registry, generations);
        IReadOnlyList<Candidate> fresh = stale ? [] : prepared.FreshSales;
        var rest = stale ? chunk.Candidates : prepared.Rest;
        var now = clock.GetUtcNow().UtcDateTime;

        using var volumes = new VolumeDeltas();
        var counts = await WriteFreshAsync(fresh, dates, volumes, cancellationToken);
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
            connection, fileId, chunkNo, chunk, counts.Plus(ChunkCounts.Of(fileId, rest, judgement)), cancellationToken);
        await FoldWhenManyAsync(volumes.Count, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        prepared.Committed(counted);
        return registry;
    }

    private async Task<ChunkCounts> WriteFreshAsync(
        IReadOnlyList<Candidate> fresh, PostingDates dates, VolumeDeltas volumes, CancellationToken cancellationToken)
    {
        var counts = default(ChunkCounts);
        if (fresh.Count == 0)
        {
            return counts;
        }

        using var months = new MonthBuffers();
        foreach (var sale in fresh)
        {
            // The row lives as long as it takes to write it: a million of them cost less than keeping them.
            var row = sale.RowOn(dates.For(sale.BusinessDate));
            JournalWriter.Write(months.Of(row.Key.Date), row);
            volumes.Add(row);
            counts.AddPosted(row);
            sale.Accept();
        }

        await JournalWriter.SendAsync(connection, months, cancellationToken);
        return counts;
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
