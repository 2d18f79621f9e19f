using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>What a chunk leaves behind of lines that did not post: the malformed ones, and which file the duplicates were known from.</summary>
internal static class ChunkTrail
{
    public static async Task AddMalformedAsync(
        NpgsqlConnection connection, int fileId, IReadOnlyList<MalformedLine> malformed, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var line in malformed)
        {
            rows.StartRow(5);
            rows.Integer(fileId);
            rows.BigInt(line.LineNo);
            rows.Text(line.Fault.Field);
            rows.Text(line.Fault.Code);
            rows.Text(line.Fault.Found);
        }

        await rows.SendAsync(
            connection, "copy malformed_line (file_id, line_no, field, code, found) from stdin (format binary)", cancellationToken);
    }

    public static async Task AddOverlapsAsync(
        NpgsqlConnection connection, int fileId, IEnumerable<Candidate> candidates, CancellationToken cancellationToken)
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
