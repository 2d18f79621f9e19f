using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Risk;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Risk;

public enum RiskBasis
{
    /// <summary>By points.</summary>
    Computed = 1,

    /// <summary>A person said so, for a time.</summary>
    Override,
}

/// <param name="Points">As computed at that time, also of an override: what it overrode.</param>
/// <param name="Reasons">Their points add up to <paramref name="Points"/>.</param>
/// <param name="ValidTo">Exclusive; null is until another takes its place.</param>
public sealed record RiskGradeAnswer(
    int GradeNo, RiskGrade Grade, RiskBasis Basis, int Points, IReadOnlyList<RiskReason> Reasons, DateOnly ValidFrom, DateOnly? ValidTo, string Why,
    string Actor, DateTimeOffset At);

/// <summary>A merchant's grades by date. One is in force on each date from the first on: an override is followed by what was computed beside it.</summary>
internal static class RiskGradeRows
{
    public static async Task<IReadOnlyList<RiskGradeAnswer>> ListAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select grade_no, grade, basis, points, reasons::text, valid_from, nullif(valid_to, 'infinity'), why, actor, at
            from merchant_risk_grade
            where merchant_id = $1 and valid_from < valid_to
            order by valid_from desc, grade_no desc
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantId });
        var grades = new List<RiskGradeAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            grades.Add(new(
                reader.GetInt32(0), Enum.Parse<RiskGrade>(reader.GetString(1), ignoreCase: true), Enum.Parse<RiskBasis>(reader.GetString(2), ignoreCase: true),
                reader.GetInt32(3), JsonSerializer.Deserialize<RiskReason[]>(reader.GetString(4), PlatformJson.Options)!,
                reader.GetFieldValue<DateOnly>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateOnly>(6), reader.GetString(7), reader.GetString(8),
                new(reader.GetDateTime(9))));
        }

        return grades;
    }

    /// <summary>Judges today's points and puts the grade in force from today on; with an override, that first and the computed one after it.</summary>
    /// <param name="until">Of an override: its last date.</param>
    public static async Task<RiskJudgement> PutAsync(
        NpgsqlConnection connection, int merchantId, RiskGrade? overridden, DateOnly? until, string why, string actor, DateOnly today, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var policy = await RiskFactReader.PolicyAsync(connection, today, cancellationToken);
        var judged = policy.Judge((await RiskFactReader.FactsAsync(connection, [merchantId], today, cancellationToken))[merchantId], today);
        // Also one that was ended from tomorrow on, by a night that ran before its date was over.
        await using (var end = new NpgsqlCommand(
            """
            update merchant_risk_grade
               set valid_to = greatest(valid_from, $2), ended_in = 1 + (select max(grade_no) from merchant_risk_grade where merchant_id = $1)
             where merchant_id = $1 and valid_to > $2
            """,
            connection))
        {
            end.Parameters.Add(new() { Value = merchantId });
            end.Parameters.Add(new() { Value = today });
            await end.ExecuteNonQueryAsync(cancellationToken);
        }

        var from = today;
        if (overridden is { } grade)
        {
            from = until!.Value.AddDays(1);
            await InsertAsync(connection, merchantId, grade, RiskBasis.Override, judged, today, from, why, actor, nowUtc, cancellationToken);
        }

        await InsertAsync(
            connection, merchantId, judged.Grade, RiskBasis.Computed, judged, from, DateOnly.MaxValue, overridden is null ? why : "", actor, nowUtc,
            cancellationToken);
        return judged;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, int merchantId, RiskGrade grade, RiskBasis basis, RiskJudgement judged, DateOnly from, DateOnly to, string why,
        string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into merchant_risk_grade (merchant_id, grade_no, grade, basis, points, reasons, valid_from, valid_to, why, actor, at)
            select $1, 1 + coalesce(max(grade_no), 0), $2, $3, $4, $5, $6, $7, $8, $9, $10 from merchant_risk_grade where merchant_id = $1
            """,
            connection);
        foreach (var value in (object[])[merchantId, MerchantRefusals.Word(grade), MerchantRefusals.Word(basis), judged.Points])
        {
            command.Parameters.Add(new() { Value = value });
        }

        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(judged.Reasons, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        foreach (var value in (object[])[from, to, why, actor, nowUtc])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
