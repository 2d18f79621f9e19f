using Acquiring.Backend.Transactions.Judging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Remembers that a notice repeated a line of a clearing file: were that file withdrawn, the notice would be missing, and its gateway must
/// be told to send again.
/// </summary>
internal static class OnlineOverlaps
{
    public static async Task AddAsync(NpgsqlConnection connection, IReadOnlyList<Candidate> candidates)
    {
        var overlaps = candidates
            .Where(c => c.Outcome == Outcome.Duplicate && c.TwinFileId != OnlineRow.FileId)
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
        command.Parameters.Add(new() { Value = OnlineRow.FileId });
        command.Parameters.Add(new() { Value = Array.ConvertAll(overlaps, o => o.Key) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(overlaps, o => o.Value) });
        await command.ExecuteNonQueryAsync();
    }
}
