using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Compares what the sender declared with what was read. A file that was cut at a line's end cannot be told from a whole one otherwise.
/// Senders differ in whether the gross counts lines we hold or know already, so it agrees when either count does.
/// </summary>
internal static class ControlTotals
{
    /// <param name="last">Lines read but not written yet, because only the totals can tell whether they are whole.</param>
    public static async Task<Refusal?> CheckAsync(
        NpgsqlConnection connection, int fileId, ClearingFileRequest request, IngestChunk? last, byte[] contentSha256,
        CancellationToken cancellationToken)
    {
        if (!request.HasTotals)
        {
            return null;
        }

        var (lines, readGrossFen, postedGrossFen) = await SumAsync(connection, fileId, contentSha256, cancellationToken);
        lines += last?.LineCount ?? 0;
        readGrossFen += last?.ReadGrossFen ?? 0;
        postedGrossFen += last?.ReadGrossFen ?? 0;
        if (request.DeclaredLines is { } declaredLines && declaredLines != lines)
        {
            return IngestRefusals.ControlLines(request.FileName, declaredLines, lines);
        }

        return request.DeclaredGrossFen is { } gross && gross != readGrossFen && gross != postedGrossFen
            ? IngestRefusals.ControlGross(request.FileName, gross, readGrossFen)
            : null;
    }

    /// <summary>The posted gross is that of the first complete file with these bytes: sent again, a file posts nothing.</summary>
    private static async Task<(long Lines, long ReadGrossFen, long PostedGrossFen)> SumAsync(
        NpgsqlConnection connection, int fileId, byte[] contentSha256, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(sum(lines), 0)::bigint, coalesce(sum(read_gross_fen), 0)::bigint,
                   coalesce((select sum(c.gross_fen)
                             from clearing_chunk c
                             where c.file_id = coalesce((select min(f.file_id) from clearing_file f
                                                         where f.content_sha256 = $2 and f.state = 'complete'), $1)), 0)::bigint
            from clearing_chunk where file_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = contentSha256 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
