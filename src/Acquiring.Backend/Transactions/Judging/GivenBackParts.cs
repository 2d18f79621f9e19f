using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>The live refunds and reversals of sales, and how their fees are split anew when the parts change.</summary>
internal static class GivenBackParts
{
    public static async Task<ILookup<JournalKey, JournalRow>> LoadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<JournalKey> sales, CancellationToken cancellationToken)
    {
        if (sales.Count == 0)
        {
            return Array.Empty<JournalRow>().ToLookup(r => r.Key);
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from (select distinct * from unnest($1, $2, $3) as u (original_date, original_terminal_id, original_stan)) q
            cross join lateral (
                select * from journal l
                where l.original_date = q.original_date and l.original_terminal_id = q.original_terminal_id
                  and l.original_stan = q.original_stan and l.kind > 1
                offset 0) j
            """,
            connection);
        var keys = sales.ToArray();
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Date), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(keys, k => k.Stan) });
        return (await JournalReader.ReadLiveAsync(command, cancellationToken)).ToLookup(r => r.Original!.Value);
    }

    /// <summary>
    /// Rows that bring posted parts to the fee they give back now: the old row taken back, the line posted again. Parts whose fee stays
    /// need none.
    /// </summary>
    public static IEnumerable<JournalRow> SplitAnew(IReadOnlyList<JournalRow> posted, ReadOnlyMemory<FeeParts> givenBack, DateOnly businessDate)
    {
        for (var i = 0; i < posted.Count; i++)
        {
            var row = posted[i];
            var fee = givenBack.Span[i].Negated;
            if (row.Fee == fee)
            {
                continue;
            }

            var back = row.TakenBack(businessDate);
            yield return back;
            yield return row with { Turn = (short)(back.Turn + 1), BusinessDate = businessDate, Fee = fee };
        }
    }
}
