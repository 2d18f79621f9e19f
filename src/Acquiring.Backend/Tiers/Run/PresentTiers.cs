using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>A monthly judging of before.</summary>
internal readonly record struct PastJudging(DateOnly Month, DateOnly JudgedOn, TierJudging Judging);

/// <summary>What is decided of a range of merchants so far.</summary>
internal static class PresentTiers
{
    /// <param name="alsoGraded">Of merchants that the range does not name: those with an industry tier too.</param>
    public static async Task<Dictionary<(int MerchantId, TierDimension Dimension), PresentTier>> ReadAsync(
        NpgsqlConnection connection, MerchantRange range, bool alsoGraded, CancellationToken cancellationToken)
    {
        var those = alsoGraded && range.Only is not null
            ? $"t.merchant_id >= $1 and t.merchant_id < $2 and (t.merchant_id = any($3) or t.dimension = 'industry' and t.tier is not null)"
            : range.Is("t.merchant_id");
        await using var command = new NpgsqlCommand(
            $"""
            select d.merchant_id, d.dimension, d.outcome, d.tier, d.class, d.grade, d.since, d.rule_set_version, d.document
            from merchant_tier t
            join tier_decision d using (merchant_id, dimension, judged_on)
            where {those}
            """,
            connection);
        range.Bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var present = new Dictionary<(int, TierDimension), PresentTier>();
        while (await reader.ReadAsync(cancellationToken))
        {
            present.Add((reader.GetInt32(0), TierWords.Dimension(reader.GetString(1))), new(
                TierWords.Outcome(reader.GetString(2)), reader.IsDBNull(3) ? null : reader.GetString(3), TierWords.ClassOrNull(reader, 4),
                TierWords.GradeOrNull(reader, 5), reader.GetFieldValue<DateOnly>(6), reader.GetInt32(7), reader.GetString(8)));
        }

        return present;
    }

    /// <summary>The judgings of so many months before a month, each merchant's in the order of the months.</summary>
    public static async Task<ILookup<int, PastJudging>> JudgingsAsync(
        NpgsqlConnection connection, int fromId, int endId, DateOnly month, int months, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select merchant_id, month, judged_on, reached, kept from tier_judging
            where merchant_id >= $1 and merchant_id < $2 and month >= $3 and month < $4
            order by merchant_id, month
            """,
            connection);
        foreach (var value in (ReadOnlySpan<object>)[fromId, endId, month.AddMonths(-months), month])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(int MerchantId, PastJudging Judging)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetInt32(0), new(
                reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<DateOnly>(2),
                new(TierWords.Grade(reader.GetString(3)), TierWords.Grade(reader.GetString(4))))));
        }

        return found.ToLookup(f => f.MerchantId, f => f.Judging);
    }
}
