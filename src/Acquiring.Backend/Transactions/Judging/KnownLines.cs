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
        var keyed = candidates.Where(c => c.IsKnownPair)
            .OrderBy(c => c.Line.TransactionDate).ThenBy(c => c.TerminalId).ThenBy(c => c.Line.Stan).ToArray();
        if (keyed.Length == 0)
        {
            return known;
        }

        // A lateral look-up with an offset is done line by line: the planner, which knows a new partition badly, may else read the whole
        // month once a chunk. In key order, so that neighbours share pages.
        await using var command = new NpgsqlCommand(
            """
            select q.transaction_date, q.terminal_id, q.stan, q.kind, j.batch, j.merchant_id, j.turn, j.reference, j.file_id
            from unnest($1, $2, $3, $4) as q (transaction_date, terminal_id, stan, kind)
            cross join lateral (
                select batch, merchant_id, turn, reference, file_id
                from journal l
                where l.transaction_date = q.transaction_date and l.terminal_id = q.terminal_id and l.stan = q.stan and l.kind = q.kind
                order by l.turn
                offset 0) j
            """,
            connection);
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => c.Line.TransactionDate), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => c.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => c.Line.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keyed, c => (short)c.Line.Kind) });
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
