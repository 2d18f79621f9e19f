using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// Finds the sales that refunds and reversals speak of: by merchant and reference, or, where the line names no reference, by terminal,
/// date and STAN. Holds sales of the journal and those just posted.
/// </summary>
internal sealed class SaleBook
{
    private readonly Dictionary<(int MerchantId, string Reference), List<JournalRow>> _byReference = [];
    private readonly Dictionary<(int MerchantId, int TerminalId, DateOnly Date, int Stan), List<JournalRow>> _byStan = [];

    public void Add(JournalRow sale)
    {
        if (sale.Reference.Length > 0)
        {
            Append(_byReference, (sale.Key.MerchantId, sale.Reference), sale);
        }

        Append(_byStan, (sale.Key.MerchantId, sale.Key.TerminalId, sale.Key.Date, sale.Key.Stan), sale);
    }

    /// <summary>
    /// The sale a refund or reversal gives back. References may come round again over years: the one with the named STAN is preferred,
    /// then the latest that is not after the line.
    /// </summary>
    public JournalRow? Find(Candidate candidate)
    {
        var line = candidate.Line;
        List<JournalRow>? sales;
        if (line.OriginalReference.Length > 0)
        {
            _byReference.TryGetValue((candidate.MerchantId, line.OriginalReference), out sales);
        }
        else if (line is { OriginalStan: { } stan, OriginalOccurredAt: { } at })
        {
            _byStan.TryGetValue((candidate.MerchantId, candidate.TerminalId, DateOnly.FromDateTime(at), stan), out sales);
        }
        else
        {
            return null;
        }

        return sales?
            .OrderByDescending(s => line.OriginalStan is null || s.Key.Stan == line.OriginalStan)
            .ThenByDescending(s => s.OccurredAt <= line.OccurredAt)
            .ThenByDescending(s => s.OccurredAt)
            .First();
    }

    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyList<Candidate> returns, CancellationToken cancellationToken)
    {
        await LoadByReferenceAsync(connection, returns.Where(r => r.Line.OriginalReference.Length > 0).ToArray(), cancellationToken);
        await LoadByStanAsync(
            connection,
            returns.Where(r => r.Line is { OriginalReference.Length: 0, OriginalStan: not null, OriginalOccurredAt: not null }).ToArray(),
            cancellationToken);
    }

    private async Task LoadByReferenceAsync(NpgsqlConnection connection, Candidate[] returns, CancellationToken cancellationToken)
    {
        if (returns.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from (select distinct * from unnest($1, $2) as u (reference, merchant_id)) q
            cross join lateral (
                select * from journal l
                where l.reference = q.reference and l.merchant_id = q.merchant_id and l.kind = 1
                offset 0) j
            """,
            connection);
        command.Parameters.Add(new() { Value = Array.ConvertAll(returns, r => r.Line.OriginalReference) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(returns, r => r.MerchantId) });
        await AddLiveAsync(command, cancellationToken);
    }

    private async Task LoadByStanAsync(NpgsqlConnection connection, Candidate[] returns, CancellationToken cancellationToken)
    {
        if (returns.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {JournalReader.Columns}
            from (select distinct * from unnest($1, $2, $3) as u (transaction_date, terminal_id, stan)) q
            cross join lateral (
                select * from journal l
                where l.transaction_date = q.transaction_date and l.terminal_id = q.terminal_id and l.stan = q.stan and l.kind = 1
                offset 0) j
            """,
            connection);
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(returns, r => DateOnly.FromDateTime(r.Line.OriginalOccurredAt!.Value)),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date,
        });
        command.Parameters.Add(new() { Value = Array.ConvertAll(returns, r => r.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(returns, r => r.Line.OriginalStan!.Value) });
        await AddLiveAsync(command, cancellationToken);
    }

    private async Task AddLiveAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        foreach (var sale in await JournalReader.ReadLiveAsync(command, cancellationToken))
        {
            Add(sale);
        }
    }

    private static void Append<TKey>(Dictionary<TKey, List<JournalRow>> index, TKey key, JournalRow sale)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var sales))
        {
            index[key] = sales = new List<JournalRow>(1);
        }

        if (!sales.Any(s => s.Key == sale.Key))
        {
            sales.Add(sale);
        }
    }
}
