using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// A void undoes a sale of the same terminal before its business date has ended; afterwards the money has moved, and only a refund is
/// left. One whose sale is not known is no worse than a reversal: it waits.
/// </summary>
internal static class VoidRule
{
    /// <summary>The voids among the lines that break the rule. Asks the database only when there are voids.</summary>
    public static async Task<IReadOnlyList<(Posting Posting, Refusal Refusal)>> RefusedAsync(
        NpgsqlConnection connection, RegistrySnapshot registry, List<(Posting Posting, Candidate Candidate)> lines)
    {
        var voids = lines.FindAll(l => l.Posting.Notice.IsVoid && l.Candidate.Resolve(registry) == HoldReason.None);
        if (voids.Count == 0)
        {
            return [];
        }

        var dates = await PostingDates.LoadAsync(connection, CancellationToken.None);
        var sales = new SaleBook();
        await sales.LoadAsync(connection, voids.ConvertAll(v => v.Candidate), CancellationToken.None);
        var refused = new List<(Posting, Refusal)>();
        foreach (var line in voids)
        {
            if (sales.Find(line.Candidate) is not { } sale)
            {
                continue;
            }

            var date = dates.For(line.Candidate.BusinessDate);
            if (sale.Key.TerminalId != line.Candidate.TerminalId)
            {
                refused.Add((line.Posting, OnlineRefusals.VoidOtherTerminal()));
            }
            else if (sale.BusinessDate != date)
            {
                refused.Add((line.Posting, OnlineRefusals.VoidDayEnded(sale.BusinessDate, date)));
            }
        }

        return refused;
    }
}
