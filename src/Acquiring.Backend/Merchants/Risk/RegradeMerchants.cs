using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Risk;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Risk;

/// <param name="Was">The computed grade until now; <c>null</c> when there was none.</param>
internal sealed record RegradedMerchant(int MerchantId, string? Was, RiskJudgement Now);

/// <summary>
/// Computes grades of many merchants anew and writes those that came out otherwise, with a row and an event each. What a person overrode stays
/// until its last date: the computed grade that follows it is replaced. Done again it changes nothing.
/// </summary>
internal static class RegradeMerchants
{
    /// <summary>Of these merchants, those whose computed grade, points or reasons are not what stands.</summary>
    public static async Task<IReadOnlyList<RegradedMerchant>> CompareAsync(
        NpgsqlConnection connection, int[] merchantIds, DateOnly on, CancellationToken cancellationToken)
    {
        var policy = await RiskFactReader.PolicyAsync(connection, on, cancellationToken);
        var facts = await RiskFactReader.FactsAsync(connection, merchantIds, on, cancellationToken);
        var standing = await StandingAsync(connection, merchantIds, cancellationToken);
        var differ = new List<RegradedMerchant>();
        foreach (var (merchantId, known) in facts.OrderBy(f => f.Key))
        {
            var (judged, was) = (policy.Judge(known, on), standing.GetValueOrDefault(merchantId));
            if (was is null || was.Points != judged.Points || was.Grade != MerchantRefusals.Word(judged.Grade) || !was.Reasons.SequenceEqual(judged.Reasons))
            {
                differ.Add(new(merchantId, was?.Grade, judged));
            }
        }

        return differ;
    }

    /// <param name="on">What is known on this date is judged.</param>
    /// <param name="from">The grade's first date.</param>
    /// <param name="why">A stable word of what made it be judged.</param>
    public static async Task<int> RunAsync(
        NpgsqlConnection connection, int[] merchantIds, DateOnly on, DateOnly from, string why, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var differ = await CompareAsync(connection, merchantIds, on, cancellationToken);
        if (differ.Count == 0)
        {
            return 0;
        }

        // Whoever grades one by hand locks it first; what it wrote meanwhile is compared again.
        await using (var wait = new NpgsqlCommand("select from merchant where merchant_id = any($1) order by merchant_id for update", connection))
        {
            wait.Parameters.Add(new() { Value = differ.Select(d => d.MerchantId).ToArray() });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        differ = await CompareAsync(connection, [.. differ.Select(d => d.MerchantId)], on, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            with judged as (
                select u.merchant_id, u.grade, u.points, u.reasons::jsonb as reasons, greatest($5, t.valid_from) as valid_from, t.grade_no as ends,
                       1 + coalesce((select max(grade_no) from merchant_risk_grade g where g.merchant_id = u.merchant_id), 0) as grade_no
                from unnest($1, $2, $3, $4) u (merchant_id, grade, points, reasons)
                left join merchant_risk_grade t on t.merchant_id = u.merchant_id and t.ended_in is null and t.basis = 'computed' and t.valid_to = 'infinity'
            ), ended as (
                update merchant_risk_grade g set valid_to = j.valid_from, ended_in = j.grade_no
                from judged j where g.merchant_id = j.merchant_id and g.grade_no = j.ends
            ), made as (
                insert into merchant_risk_grade (merchant_id, grade_no, grade, basis, points, reasons, valid_from, why, actor, at)
                select merchant_id, grade_no, grade, 'computed', points, reasons, valid_from, $6, $7, $8 from judged
            )
            insert into outbox_event (type, object_key, object_version, payload, at)
            select 'merchant.risk', m.merchant_no || '/risk', j.grade_no,
                   jsonb_build_object('merchantNo', m.merchant_no, 'grade', j.grade, 'points', j.points, 'reasons', j.reasons, 'validFrom', j.valid_from,
                                      'why', $6, 'actor', $7), $8
            from judged j join merchant m using (merchant_id)
            order by j.merchant_id
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = differ.Select(d => d.MerchantId).ToArray() });
        command.Parameters.Add(new() { Value = differ.Select(d => MerchantRefusals.Word(d.Now.Grade)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = differ.Select(d => d.Now.Points).ToArray() });
        command.Parameters.Add(new()
        {
            Value = differ.Select(d => JsonSerializer.Serialize(d.Now.Reasons, PlatformJson.Options)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        foreach (var value in (object[])[from, why, actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
        return differ.Count;
    }

    private static async Task<Dictionary<int, Standing>> StandingAsync(NpgsqlConnection connection, int[] merchantIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select merchant_id, grade, points, reasons::text from merchant_risk_grade
            where merchant_id = any($1) and ended_in is null and basis = 'computed' and valid_to = 'infinity'
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantIds });
        var standing = new Dictionary<int, Standing>(merchantIds.Length);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            standing.Add(reader.GetInt32(0), new(
                reader.GetString(1), reader.GetInt32(2), JsonSerializer.Deserialize<RiskReason[]>(reader.GetString(3), PlatformJson.Options)!));
        }

        return standing;
    }

    private sealed record Standing(string Grade, int Points, RiskReason[] Reasons);
}
