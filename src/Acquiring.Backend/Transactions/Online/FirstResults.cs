using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Clearing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>What became of the notice or line that came first under a key. Exactly one of the two is set.</summary>
/// <param name="Refusal">The first has another content, or was dismissed.</param>
internal sealed record FirstResult(NoticeResult? Result, Refusal? Refusal);

/// <summary>Looks up what a repeated notice is answered with: the journal first, then suspense.</summary>
internal static class FirstResults
{
    /// <summary>In the order of the postings; <c>null</c> where nothing is known under the key.</summary>
    public static async Task<FirstResult?[]> FindAsync(NpgsqlConnection connection, RegistrySnapshot registry, IReadOnlyList<Posting> postings)
    {
        var found = new FirstResult?[postings.Count];
        if (postings.Count == 0)
        {
            return found;
        }

        var rows = await PostedAsync(connection, postings.Select(p => p.Key).ToArray());
        var twins = postings.Select(p => Twin(rows[p.Key], p.Notice.Line)).ToArray();
        var sales = await SalesOfAsync(connection, twins.OfType<JournalRow>());
        var open = new List<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (twins[i] is { } row)
            {
                found[i] = Compare(postings[i].Notice.Line, row, row.Original is { } key ? sales.GetValueOrDefault(key) : null);
            }
            else
            {
                open.Add(i);
            }
        }

        if (open.Count > 0)
        {
            var suspended = await SuspendedTwins.FindAsync(connection, registry, open.ConvertAll(i => postings[i].Notice.Line));
            for (var n = 0; n < open.Count; n++)
            {
                found[open[n]] = suspended[n];
            }
        }

        return found;
    }

    /// <summary>Live rows by slot.</summary>
    public static async Task<ILookup<Posting.Slot, JournalRow>> PostedAsync(NpgsqlConnection connection, Posting.Slot[] slots)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from (select distinct * from unnest($1, $2, $3, $4, $5) as u (transaction_date, terminal_id, stan, kind, merchant_id)) q
            join journal j using (transaction_date, terminal_id, stan, kind, merchant_id)
            where j.transaction_date between $6 and $7
            """,
            connection);
        var dates = Array.ConvertAll(slots, s => s.Date);
        command.Parameters.Add(new() { Value = dates, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = Array.ConvertAll(slots, s => s.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(slots, s => s.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(slots, s => (short)s.Kind) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(slots, s => s.MerchantId) });
        command.Parameters.Add(new() { Value = dates.Min() });
        command.Parameters.Add(new() { Value = dates.Max() });
        var rows = await JournalReader.ReadLiveAsync(command, CancellationToken.None);
        return rows.ToLookup(r => new Posting.Slot(r.Key.Date, r.Key.MerchantId, r.Key.TerminalId, r.Key.Stan, r.Key.Kind));
    }

    private static JournalRow? Twin(IEnumerable<JournalRow> rows, ClearingLine line) =>
        rows.FirstOrDefault(r => LineTwin.IsSame(line.Batch, line.Reference, r.Key.Batch, r.Reference));

    private static async Task<Dictionary<JournalKey, JournalRow>> SalesOfAsync(NpgsqlConnection connection, IEnumerable<JournalRow> rows)
    {
        var keys = rows.Where(r => r.Original is not null).Select(r => r.Original!.Value).Distinct().ToArray();
        if (keys.Length == 0)
        {
            return [];
        }

        var slots = Array.ConvertAll(keys, k => new Posting.Slot(k.Date, k.MerchantId, k.TerminalId, k.Stan, TransactionKind.Sale));
        return (await PostedAsync(connection, slots)).SelectMany(r => r).ToDictionary(r => r.Key);
    }

    private static FirstResult Compare(ClearingLine line, JournalRow row, JournalRow? sale)
    {
        var differs = NoticeContent.Differences(line, new NoticeContent(
            row.FileId == OnlineRow.FileId, row.AmountFen, row.CardKind, row.Card, row.OccurredAt, row.Reference,
            sale?.Reference ?? "", row.Original?.Stan, row.PayType));
        return differs.Count == 0
            ? new(NoticeResult.Posted(line, row, isDuplicate: true), null)
            : new(null, OnlineRefusals.KeyTaken(differs));
    }
}
