using System.Runtime.InteropServices;
using Acquiring.Core.Pricing;
using Npgsql;

namespace Acquiring.Backend.Pricing;

/// <summary>
/// Decides by month which steps of a merchant's prices count. The decision is a row with a date, so the order in which files arrive
/// never changes a fee.
/// </summary>
internal static class VolumeSteps
{
    /// <summary>
    /// When the date is the last of its month: records the month's gross of every merchant whose plans have steps, inside the closing
    /// transaction, under the ingest lock. Returns how many were recorded; a repetition records none.
    /// </summary>
    public static async Task<int> DecideAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly closed, int lagDays, DateTime decidedAt,
        CancellationToken cancellationToken)
    {
        if (closed.AddDays(1).Day != 1)
        {
            return 0;
        }

        var month = new DateOnly(closed.Year, closed.Month, 1);
        // The rule of the date is Core's: see VolumeStepDecision.EffectiveDate.
        await using var command = new NpgsqlCommand(
            """
            insert into volume_step_decision (merchant_id, month, volume_fen, effective_from, decided_at)
            select s.merchant_id, @month, coalesce(v.gross_fen, 0),
                   greatest(@planned, v.priced_through + 1,
                            (select max(d.effective_from) from volume_step_decision d where d.merchant_id = s.merchant_id)),
                   @decidedAt
            from (select distinct p.merchant_id from fee_plan p join fee_plan_term t using (fee_plan_id) where t.step > 1) s
            cross join lateral (
                select sum(d.gross_fen) filter (where d.business_date between @month and @closed)::bigint as gross_fen,
                       max(d.transaction_date) as priced_through
                from day_volume_current d
                where d.merchant_id = s.merchant_id) v
            order by s.merchant_id
            on conflict on constraint volume_step_decision_pk do nothing
            """,
            connection, transaction);
        command.Parameters.Add(new("month", month));
        command.Parameters.Add(new("closed", closed));
        command.Parameters.Add(new("planned", VolumeStepDecision.EffectiveDate(month, lagDays, pricedThrough: null)));
        command.Parameters.Add(new("decidedAt", decidedAt));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All decisions by merchant, each merchant's in order of their date.</summary>
    public static async Task<Dictionary<int, List<VolumeStepDecision>>> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select merchant_id, month, volume_fen, effective_from from volume_step_decision order by merchant_id, effective_from, month", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var decisions = new Dictionary<int, List<VolumeStepDecision>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(decisions, reader.GetInt32(0), out _) ??= [];
            decisions[reader.GetInt32(0)].Add(new(reader.GetFieldValue<DateOnly>(1), reader.GetInt64(2), reader.GetFieldValue<DateOnly>(3)));
        }

        return decisions;
    }

    /// <summary>The decisions of one merchant in order of their date.</summary>
    public static async Task<List<VolumeStepDecision>> ListAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select month, volume_fen, effective_from from volume_step_decision where merchant_id = $1 order by effective_from, month", connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var decisions = new List<VolumeStepDecision>();
        while (await reader.ReadAsync(cancellationToken))
        {
            decisions.Add(new(reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1), reader.GetFieldValue<DateOnly>(2)));
        }

        return decisions;
    }
}
