using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>A file that was begun and not read to its end, with the chunks that were committed.</summary>
internal sealed record UnfinishedFile(int FileId, string Name, IReadOnlyList<StoredChunk> Chunks);

internal readonly record struct StoredChunk(int Lines, byte[] Sha256);

/// <summary>The rows of files and chunks.</summary>
internal static class ClearingFileStore
{
    public static async Task<int> BeginAsync(
        NpgsqlConnection connection, ClearingFileRequest request, DateOnly businessDate, string format, DateTime startedAtUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into clearing_file (channel, file_name, business_date, format, state, declared_lines, declared_gross_fen, started_at)
            values ($1, $2, $3, $4, 'reading', $5, $6, $7)
            returning file_id
            """,
            connection);
        command.Parameters.Add(new() { Value = request.Channel });
        command.Parameters.Add(new() { Value = request.FileName });
        command.Parameters.Add(new() { Value = businessDate });
        command.Parameters.Add(new() { Value = format });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = request.DeclaredLines });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = request.DeclaredGrossFen });
        command.Parameters.Add(new() { Value = startedAtUtc });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Files of this date and format that a crash or a cut connection left unfinished, the oldest first.</summary>
    public static async Task<List<UnfinishedFile>> FindUnfinishedAsync(
        NpgsqlConnection connection, string channel, DateOnly businessDate, string format, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select f.file_id, f.file_name, c.lines, c.sha256
            from clearing_file f
            left join clearing_chunk c using (file_id)
            where f.channel = $1 and f.business_date = $2 and f.format = $3 and f.state = 'reading'
            order by f.file_id, c.chunk_no
            """,
            connection);
        command.Parameters.Add(new() { Value = channel });
        command.Parameters.Add(new() { Value = businessDate });
        command.Parameters.Add(new() { Value = format });
        var files = new List<UnfinishedFile>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var fileId = reader.GetInt32(0);
            if (files.Count == 0 || files[^1].FileId != fileId)
            {
                files.Add(new UnfinishedFile(fileId, reader.GetString(1), new List<StoredChunk>()));
            }

            if (!reader.IsDBNull(2))
            {
                ((List<StoredChunk>)files[^1].Chunks).Add(new(reader.GetInt32(2), reader.GetFieldValue<byte[]>(3)));
            }
        }

        return files;
    }

    public static async Task AddChunkAsync(
        NpgsqlConnection connection, int fileId, int chunkNo, IngestChunk chunk, ChunkCounts counts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into clearing_chunk (file_id, chunk_no, first_line, lines, bytes, sha256, posted, duplicates, held, malformed,
                                        sales, refunds, reversals, gross_fen, refund_fen, fee_fen, fee_differences, read_gross_fen, released,
                                        first_transaction_date, last_transaction_date)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            """,
            connection);
        object[] values =
        [
            fileId, chunkNo, (long)chunk.FirstLine, chunk.LineCount, chunk.Bytes, chunk.Sha256, counts.Posted, counts.Duplicates, counts.Held,
            chunk.Malformed.Count, counts.Sales, counts.Refunds, counts.Reversals, counts.GrossFen, counts.RefundFen, counts.FeeFen,
            counts.FeeDifferences, chunk.ReadGrossFen, counts.Released,
        ];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new NpgsqlParameter<DateOnly?> { TypedValue = chunk.TransactionDates is [var first, ..] ? first : null });
        command.Parameters.Add(new NpgsqlParameter<DateOnly?> { TypedValue = chunk.TransactionDates is [.., var last] ? last : null });

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Gives a new file the chunks it shares with the beginning of another: to it, all their readable lines are duplicates.
    /// </summary>
    public static async Task CopyChunksAsDuplicatesAsync(
        NpgsqlConnection connection, int fromFileId, int toFileId, int chunkCount, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(
            """
            insert into clearing_chunk (file_id, chunk_no, first_line, lines, bytes, sha256, posted, duplicates, held, malformed,
                                        sales, refunds, reversals, gross_fen, refund_fen, fee_fen, fee_differences, read_gross_fen, released,
                                        first_transaction_date, last_transaction_date)
            select $2, chunk_no, first_line, lines, bytes, sha256, 0, lines - malformed, 0, malformed, 0, 0, 0, 0, 0, 0, 0, read_gross_fen, 0,
                   first_transaction_date, last_transaction_date
            from clearing_chunk where file_id = $1 and chunk_no <= $3
            """);
        Add(
            """
            insert into malformed_line (file_id, line_no, field, code, found)
            select $2, m.line_no, m.field, m.code, m.found
            from malformed_line m
            where m.file_id = $1
              and m.line_no < coalesce((select first_line from clearing_chunk where file_id = $1 and chunk_no = $3 + 1), 9223372036854775807)
              and $3 > 0
            """);
        Add(
            """
            insert into clearing_overlap (file_id, of_file_id, lines)
            select $2, $1, sum(lines - malformed) from clearing_chunk where file_id = $1 and chunk_no <= $3 having count(*) > 0
            """);
        await batch.ExecuteNonQueryAsync(cancellationToken);

        void Add(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new() { Value = fromFileId });
            command.Parameters.Add(new() { Value = toFileId });
            command.Parameters.Add(new() { Value = chunkCount });
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>A file may be withdrawn while it is read; what comes of it after that must not be posted. Under the ingest lock.</summary>
    public static async Task RefuseUnlessReadingAsync(NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select state from clearing_file where file_id = $1", connection);
        command.Parameters.Add(new() { Value = fileId });
        if ((string?)await command.ExecuteScalarAsync(cancellationToken) != "reading")
        {
            throw new RefusedException(IngestRefusals.WithdrawnMeanwhile(fileId));
        }
    }

    /// <summary>
    /// Marks the file as read to its end, and whether it brought nothing because a complete file of the same date had the same bytes.
    /// </summary>
    public static async Task CompleteAsync(
        NpgsqlConnection connection, int fileId, ClearingFileRequest request, byte[] contentSha256, long bytes, DateTime endedAtUtc,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            update clearing_file f
               set state = 'complete', content_sha256 = $2, bytes = $3, ended_at = $4, file_name = $5,
                   declared_lines = $6, declared_gross_fen = $7,
                   repeat_of_file_id = (select min(o.file_id)
                                        from clearing_file o
                                        where o.content_sha256 = $2 and o.state = 'complete' and o.file_id <> f.file_id
                                          and o.business_date = f.business_date and o.channel = f.channel
                                          and not exists (select from clearing_chunk c
                                                          where c.file_id = f.file_id and (c.posted <> 0 or c.held <> 0 or c.released <> 0)))
             where f.file_id = $1 and f.state = 'reading'
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = contentSha256 });
        command.Parameters.Add(new() { Value = bytes });
        command.Parameters.Add(new() { Value = endedAtUtc });
        command.Parameters.Add(new() { Value = request.FileName });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = request.DeclaredLines });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = request.DeclaredGrossFen });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new RefusedException(IngestRefusals.WithdrawnMeanwhile(fileId));
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
