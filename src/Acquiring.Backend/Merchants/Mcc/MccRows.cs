using Acquiring.Core.Pricing;
using Npgsql;

namespace Acquiring.Backend.Merchants.Mcc;

/// <summary>Reads which MCC a merchant had when. Few merchants ever change theirs, so those without rows cost nothing.</summary>
internal static class MccRows
{
    /// <summary>Of all merchants whose MCC changed; a decision for a date supersedes the one before it for the same.</summary>
    public static async Task<Dictionary<int, MccHistory>> ChangedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select merchant_id, effective_from, mcc, mcc_before from merchant_mcc order by merchant_id, decision_no", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<(int MerchantId, DatedMcc Mcc, string Before)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt32(0), new(reader.GetFieldValue<DateOnly>(1), reader.GetString(2)), reader.GetString(3)));
        }

        return rows.GroupBy(r => r.MerchantId).ToDictionary(g => g.Key, g => HistoryOf([.. g.Select(r => (r.Mcc, r.Before))]));
    }

    /// <summary>Of one merchant; <c>null</c> when its MCC never changed.</summary>
    public static async Task<MccHistory?> OfAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select effective_from, mcc, mcc_before from merchant_mcc where merchant_id = $1 order by decision_no", connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>Reads effective date, MCC and the one before, in the order of the decisions, to the end of the reader's present result.</summary>
    public static async Task<MccHistory?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<(DatedMcc, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((new(reader.GetFieldValue<DateOnly>(0), reader.GetString(1)), reader.GetString(2)));
        }

        return rows.Count == 0 ? null : HistoryOf(rows);
    }

    private static MccHistory HistoryOf(List<(DatedMcc Mcc, string Before)> rows)
    {
        var changes = new List<DatedMcc>(rows.Count);
        foreach (var (mcc, _) in rows)
        {
            changes.RemoveAll(c => c.From >= mcc.From);
            changes.Add(mcc);
        }

        return new(rows[0].Before, changes);
    }
}
