using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>The lines in suspense that a chunk's lines may repeat. A line in suspense is known: the same line again is its duplicate.</summary>
internal sealed class SuspenseLines
{
    private readonly record struct Slot(DateOnly Date, string TerminalNo, int Stan, TransactionKind Kind, string MerchantNo)
    {
        public static Slot Of(Candidate c) =>
            new(c.Line.TransactionDate, c.Line.TerminalNo.Text, c.Line.Stan, c.Line.Kind, c.Line.MerchantNo.Text);
    }

    private sealed record Entry(int Batch, string Reference, int FileId);

    private readonly Dictionary<Slot, List<Entry>> _entries = [];

    /// <summary>Finds the line in suspense this one repeats; else, for a line without a batch, a batch that is still free there.</summary>
    public bool IsRepeat(Candidate candidate, out int twinFileId, out int freeBatch)
    {
        twinFileId = 0;
        freeBatch = candidate.Batch;
        if (!_entries.TryGetValue(Slot.Of(candidate), out var entries))
        {
            return false;
        }

        foreach (var entry in entries)
        {
            if (LineTwin.IsSame(candidate.Line.Batch, candidate.Line.Reference, entry.Batch, entry.Reference))
            {
                twinFileId = entry.FileId;
                return true;
            }
        }

        if (candidate.Line.Batch < 0)
        {
            freeBatch = LineTwin.FreeAbsentBatch(entries.Select(e => e.Batch));
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

        entries.Add(new Entry(candidate.Batch, candidate.Line.Reference, candidate.FileId));
    }

    public static async Task<SuspenseLines> LoadAsync(
        NpgsqlConnection connection, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var suspense = new SuspenseLines();
        var fresh = candidates.Where(c => c.HeldLineId is null).ToArray();
        if (fresh.Length == 0 || !await AnyOnDatesAsync(connection, fresh, cancellationToken))
        {
            return suspense;
        }

        await using var command = new NpgsqlCommand(
            """
            select h.transaction_date, q.terminal_no, h.stan, h.kind, coalesce(h.named_merchant_no, h.merchant_no), h.batch, h.reference,
                   h.file_id
            from unnest($1, $2, $3, $4) as q (transaction_date, terminal_no, stan, kind)
            cross join lateral (
                select * from held_line l
                where l.transaction_date = q.transaction_date and coalesce(l.named_terminal_no, l.terminal_no) = q.terminal_no
                  and l.stan = q.stan and l.kind = q.kind and l.state <> 'withdrawn'
                offset 0) h
            """,
            connection);
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(fresh, c => c.Line.TransactionDate),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
        });
        command.Parameters.Add(new() { Value = Array.ConvertAll(fresh, c => c.Line.TerminalNo.Text) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(fresh, c => c.Line.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(fresh, c => (short)c.Line.Kind) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var slot = new Slot(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetInt32(2), (TransactionKind)reader.GetInt16(3),
                reader.GetString(4));
            if (!suspense._entries.TryGetValue(slot, out var entries))
            {
                suspense._entries[slot] = entries = new List<Entry>(1);
            }

            entries.Add(new Entry(reader.GetInt32(5), reader.GetString(6), reader.GetInt32(7)));
        }

        return suspense;
    }

    private static async Task<bool> AnyOnDatesAsync(NpgsqlConnection connection, Candidate[] fresh, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from held_line where state <> 'withdrawn' and transaction_date between $1 and $2)", connection);
        command.Parameters.Add(new() { Value = fresh.Min(c => c.Line.TransactionDate) });
        command.Parameters.Add(new() { Value = fresh.Max(c => c.Line.TransactionDate) });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
