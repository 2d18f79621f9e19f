using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// The posted lines that a chunk's lines may repeat: read once for the chunk by the front of the journal's key, then kept up to date
/// while the chunk is judged.
/// </summary>
internal sealed class KnownLines
{
    private readonly record struct Slot(DateOnly Date, int TerminalId, int Stan, TransactionKind Kind, int MerchantId)
    {
        public static Slot Of(Candidate candidate) => new(
            candidate.Line.TransactionDate, candidate.TerminalId, candidate.Line.Stan, candidate.Line.Kind, candidate.MerchantId);
    }

    private sealed record Entry(int Batch, short Turn, string Reference, int FileId)
    {
        public bool IsLive => Turn % 2 == 0;
    }

    private readonly Dictionary<Slot, List<Entry>> _entries = [];

    /// <summary>
    /// Finds the live line this one repeats. When there is none, sets the candidate's batch and turn so that its row will be unique.
    /// </summary>
    public bool IsRepeat(Candidate candidate, out int twinFileId)
    {
        twinFileId = 0;
        var line = candidate.Line;
        if (!_entries.TryGetValue(Slot.Of(candidate), out var entries))
        {
            return false;
        }

        foreach (var entry in entries)
        {
            if (!LineTwin.IsSame(line.Batch, line.Reference, entry.Batch, entry.Reference))
            {
                continue;
            }

            if (entry.IsLive)
            {
                twinFileId = entry.FileId;
                return true;
            }

            if (entry.Batch == line.Batch || (entry.Batch < 0 && line.Batch < 0))
            {
                candidate.Batch = entry.Batch;
                candidate.Turn = (short)(entry.Turn + 1);
                return false;
            }
        }

        if (line.Batch < 0)
        {
            candidate.Batch = LineTwin.FreeAbsentBatch(entries.Select(e => e.Batch));
        }

        return false;
    }

    public void Add(Candidate candidate)
    {
        var slot = Slot.Of(candidate);
        if (!_entries.TryGetValue(slot, out var entries))
        {
            _entries[slot] = entries = new List<Entry>(1);
        }

        entries.RemoveAll(e => e.Batch == candidate.Batch);
        entries.Add(new Entry(candidate.Batch, candidate.Turn, candidate.Line.Reference, candidate.FileId));
    }

    public static async Task<KnownLines> LoadAsync(
        NpgsqlConnection connection, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var known = new KnownLines();
        var keyed = candidates.Where(c => c.IsKnownPair).ToArray();
        if (keyed.Length == 0)
        {
            return known;
        }

        // The planner knows nothing of the arrays' length; without the hint it may read a whole month for one chunk.
        await using var command = new NpgsqlCommand(
            """
            select j.transaction_date, j.terminal_id, j.stan, j.kind, j.batch, j.merchant_id, j.turn, j.reference, j.file_id
            from unnest($1, $2, $3, $4) as q (transaction_date, terminal_id, stan, kind)
            join journal j using (transaction_date, terminal_id, stan, kind)
            where j.transaction_date between $5 and $6
            order by j.turn
            """,
            connection);
        var dates = Array.ConvertAll(keyed, c => c.Line.TransactionDate);
        command.Parameters.Add(new() { Value = dates, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => c.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => c.Line.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => (short)c.Line.Kind) });
        command.Parameters.Add(new() { Value = dates.Min() });
        command.Parameters.Add(new() { Value = dates.Max() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var slot = new Slot(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt32(2), (TransactionKind)reader.GetInt16(3),
                reader.GetInt32(5));
            var entry = new Entry(reader.GetInt32(4), reader.GetInt16(6), reader.GetString(7), reader.GetInt32(8));
            if (!known._entries.TryGetValue(slot, out var entries))
            {
                known._entries[slot] = entries = new List<Entry>(1);
            }

            // Rows come in order of their turn, so the last one of a batch is its present state.
            entries.RemoveAll(e => e.Batch == entry.Batch);
            entries.Add(entry);
        }

        return known;
    }
}
