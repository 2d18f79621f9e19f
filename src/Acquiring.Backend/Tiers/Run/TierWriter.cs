using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>A decision to be written, and whose.</summary>
internal readonly record struct WrittenTier(int MerchantId, TierDimension Dimension, TierChange Change, bool IsFirst);

/// <summary>A monthly judging to be written.</summary>
internal readonly record struct WrittenJudging(int MerchantId, string Tier, TierActivity Activity, TierJudging Judging);

/// <summary>Writes what a part of a run decided: decisions, judgings and the present state, in the transaction of the caller.</summary>
internal sealed class TierWriter(TierNight night, DateTime nowUtc)
{
    public List<WrittenTier> Decisions { get; } = [];

    public List<WrittenJudging> Judgings { get; } = [];

    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await WriteDecisionsAsync(connection, cancellationToken);
        await WriteJudgingsAsync(connection, cancellationToken);
        await WriteFirstAsync(connection, cancellationToken);
        await MoveAsync(connection, cancellationToken);
    }

    private async Task WriteDecisionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var (merchantId, dimension, change, _) in Decisions)
        {
            var next = change.Next;
            rows.StartRow(13);
            rows.Integer(merchantId);
            rows.Text(TierWords.Of(dimension));
            rows.Date(night.Date);
            rows.Text(TierWords.Of(change.Move));
            rows.Text(TierWords.Of(next.Outcome));
            TextOrNull(rows, next.Tier);
            TextOrNull(rows, TierWords.Of(next.Class));
            TextOrNull(rows, TierWords.Of(next.Grade));
            rows.Date(next.Since);
            rows.Integer(next.RuleSetVersion);
            rows.Text(string.Join(',', change.Reasons.Select(MerchantRefusals.Word)));
            rows.Text(next.Document);
            rows.TimestampTz(nowUtc);
        }

        await rows.SendAsync(
            connection,
            """
            copy tier_decision (merchant_id, dimension, judged_on, move, outcome, tier, class, grade, since, rule_set_version, reasons, document, decided_at)
            from stdin (format binary)
            """,
            cancellationToken);
    }

    private async Task WriteJudgingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var (merchantId, tier, activity, judging) in Judgings)
        {
            rows.StartRow(11);
            rows.Integer(merchantId);
            rows.Date(night.Month!.Value);
            rows.Date(night.Date);
            rows.Text(tier);
            rows.BigInt(activity.NetFen);
            rows.Integer(activity.ActiveDays);
            rows.Integer(activity.CountedDays);
            rows.BigInt(activity.CommissionFen);
            rows.Text(TierWords.Of(judging.Reached));
            rows.Text(TierWords.Of(judging.Kept));
            rows.Integer(night.RuleSetVersion);
        }

        await rows.SendAsync(
            connection,
            """
            copy tier_judging (merchant_id, month, judged_on, tier, net_fen, active_days, counted_days, commission_fen, reached, kept, rule_set_version)
            from stdin (format binary)
            """,
            cancellationToken);
    }

    private async Task WriteFirstAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var (merchantId, dimension, change, isFirst) in Decisions)
        {
            if (isFirst)
            {
                rows.StartRow(5);
                rows.Integer(merchantId);
                rows.Text(TierWords.Of(dimension));
                rows.Date(night.Date);
                TextOrNull(rows, change.Next.Tier);
                TextOrNull(rows, TierWords.Of(change.Next.Grade));
            }
        }

        await rows.SendAsync(
            connection, "copy merchant_tier (merchant_id, dimension, judged_on, tier, grade) from stdin (format binary)", cancellationToken);
    }

    private async Task MoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var moved = Decisions.Where(d => !d.IsFirst).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            update merchant_tier t set judged_on = $3, tier = n.tier, grade = n.grade
            from unnest($1, $2, $4, $5) n (merchant_id, dimension, tier, grade)
            where t.merchant_id = n.merchant_id and t.dimension = n.dimension
            """,
            connection);
        foreach (var value in (ReadOnlySpan<object>)
            [
                moved.ConvertAll(d => d.MerchantId).ToArray(), moved.ConvertAll(d => TierWords.Of(d.Dimension)).ToArray(), night.Date,
                moved.ConvertAll(d => d.Change.Next.Tier).ToArray(), moved.ConvertAll(d => TierWords.Of(d.Change.Next.Grade)).ToArray(),
            ])
        {
            command.Parameters.Add(new() { Value = value });
        }

        if (await command.ExecuteNonQueryAsync(cancellationToken) != moved.Count)
        {
            throw new InvalidOperationException("a present tier was not there to be moved");
        }
    }

    private static void TextOrNull(CopyBuffer rows, string? text)
    {
        if (text is null)
        {
            rows.Null();
        }
        else
        {
            rows.Text(text);
        }
    }
}
