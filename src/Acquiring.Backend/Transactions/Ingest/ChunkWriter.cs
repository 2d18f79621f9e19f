using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Judges a chunk and writes all of it in one transaction: journal, volumes, suspense, malformed lines and the chunk's own row, which
/// is its idempotency record and its audit. Either all of it is there or none.
/// </summary>
internal static class ChunkWriter
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, RegistrySnapshots registries, int fileId, int chunkNo, DateOnly businessDate, IngestChunk chunk,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        await ClearingFileStore.RefuseUnlessReadingAsync(connection, fileId, cancellationToken);
        var registry = await registries.CurrentAsync(connection, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var judgement = await LineJudge.JudgeAsync(connection, registry, businessDate, chunk.Candidates, cancellationToken);

        await JournalWriter.AppendAsync(connection, judgement.Rows, cancellationToken);
        var held = chunk.Candidates.Where(c => c.Outcome == Outcome.Held).ToList();
        await HeldLineStore.InsertAsync(connection, held, now, cancellationToken);
        await HeldLineStore.SettleAsync(connection, judgement.Released, now, cancellationToken);
        await AddMalformedAsync(connection, fileId, chunk.Malformed, cancellationToken);
        await AddOverlapsAsync(connection, fileId, chunk.Candidates, cancellationToken);
        var counts = ChunkCounts.Of(fileId, chunk.Candidates, judgement);
        await ClearingFileStore.AddChunkAsync(connection, fileId, chunkNo, chunk, counts, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task AddMalformedAsync(
        NpgsqlConnection connection, int fileId, IReadOnlyList<MalformedLine> malformed, CancellationToken cancellationToken)
    {
        if (malformed.Count == 0)
        {
            return;
        }

        await using var import = await connection.BeginBinaryImportAsync(
            "copy malformed_line (file_id, line_no, field, code, found) from stdin (format binary)", cancellationToken);
        foreach (var line in malformed)
        {
            await import.StartRowAsync(cancellationToken);
            await import.WriteAsync(fileId, NpgsqlDbType.Integer, cancellationToken);
            await import.WriteAsync((long)line.LineNo, NpgsqlDbType.Bigint, cancellationToken);
            await import.WriteAsync(line.Fault.Field, NpgsqlDbType.Text, cancellationToken);
            await import.WriteAsync(line.Fault.Code, NpgsqlDbType.Text, cancellationToken);
            await import.WriteAsync(line.Fault.Found, NpgsqlDbType.Text, cancellationToken);
        }

        await import.CompleteAsync(cancellationToken);
    }

    private static async Task AddOverlapsAsync(
        NpgsqlConnection connection, int fileId, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var overlaps = candidates
            .Where(c => c.Outcome == Outcome.Duplicate && c.TwinFileId != fileId)
            .CountBy(c => c.TwinFileId)
            .OrderBy(o => o.Key)
            .ToArray();
        if (overlaps.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            insert into clearing_overlap (file_id, of_file_id, lines)
            select $1, * from unnest($2, $3)
            on conflict on constraint clearing_overlap_pk do update set lines = clearing_overlap.lines + excluded.lines
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = Array.ConvertAll(overlaps, o => o.Key) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(overlaps, o => o.Value) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
