using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Ask;

/// <summary>A decision as it counts on a date.</summary>
internal sealed record TierOnDate(
    TierDimension Dimension, DateOnly JudgedOn, string Move, string? Tier, string? Class, string? Grade, DateOnly Since, int RuleSetVersion,
    string Reasons, string Document);

/// <summary>The latest monthly judging before a date.</summary>
internal sealed record JudgedMonth(
    DateOnly Month, DateOnly JudgedOn, string Tier, long NetFen, int ActiveDays, int CountedDays, long CommissionFen, string Reached, string Kept,
    int RuleSetVersion);

/// <summary>
/// The tiers of a merchant on a date, made of rows that are never changed: asked again for a date whose night is over, it is the same
/// answer to the byte, whatever came later.
/// </summary>
/// <param name="JudgedThrough">The last run on or before the date.</param>
internal sealed record MerchantTiers(
    int MerchantId, string MerchantNo, DateOnly On, DateOnly? JudgedThrough, IReadOnlyList<TierOnDate> Decisions, JudgedMonth? Activity)
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>null</c> when there is no such merchant.</summary>
    public static async Task<MerchantTiers?> OfAsync(NpgsqlConnection connection, string merchantNo, DateOnly on, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select merchant_id, (select max(business_date) from tier_night where business_date <= $2) from merchant where merchant_no = $1"),
                new("""
                    select distinct on (d.dimension) d.dimension, d.judged_on, d.move, d.tier, d.class, d.grade, d.since, d.rule_set_version, d.reasons,
                           d.document
                    from merchant m join tier_decision d using (merchant_id)
                    where m.merchant_no = $1 and d.judged_on <= $2
                    order by d.dimension, d.judged_on desc
                    """),
                new("""
                    select j.month, j.judged_on, j.tier, j.net_fen, j.active_days, j.counted_days, j.commission_fen, j.reached, j.kept, j.rule_set_version
                    from merchant m join tier_judging j using (merchant_id)
                    where m.merchant_no = $1 and j.judged_on <= $2
                    order by j.month desc limit 1
                    """),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            command.Parameters.Add(new() { Value = merchantNo });
            command.Parameters.Add(new() { Value = on });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var (id, through) = (reader.GetInt32(0), reader.IsDBNull(1) ? (DateOnly?)null : reader.GetFieldValue<DateOnly>(1));
        await reader.NextResultAsync(cancellationToken);
        var decisions = new List<TierOnDate>();
        while (await reader.ReadAsync(cancellationToken))
        {
            decisions.Add(new(
                TierWords.Dimension(reader.GetString(0)), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), TextOrNull(reader, 3),
                TextOrNull(reader, 4), TextOrNull(reader, 5), reader.GetFieldValue<DateOnly>(6), reader.GetInt32(7), reader.GetString(8),
                reader.GetString(9)));
        }

        await reader.NextResultAsync(cancellationToken);
        var activity = await reader.ReadAsync(cancellationToken)
            ? new JudgedMonth(
                reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt32(4),
                reader.GetInt32(5), reader.GetInt64(6), reader.GetString(7), reader.GetString(8), reader.GetInt32(9))
            : null;
        return new(id, merchantNo, on, through, [.. decisions.OrderBy(d => d.Dimension)], activity);
    }

    /// <summary>Members in a fixed order, no white space, no culture.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("merchantNo", MerchantNo);
            WriteDate(json, "on", On);
            if (JudgedThrough is { } through)
            {
                WriteDate(json, "judgedThrough", through);
            }

            json.WriteStartArray("decisions");
            foreach (var decision in Decisions)
            {
                Write(json, decision);
            }

            json.WriteEndArray();
            if (Activity is { } activity)
            {
                Write(json, activity);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, TierOnDate decision)
    {
        json.WriteStartObject();
        json.WriteString("dimension", TierWords.Of(decision.Dimension));
        WriteDate(json, "judgedOn", decision.JudgedOn);
        json.WriteString("move", decision.Move);
        json.WriteStartArray("reasons");
        foreach (var reason in decision.Reasons.Split(','))
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteNumber("ruleSetVersion", decision.RuleSetVersion);
        WriteDate(json, "since", decision.Since);
        WriteText(json, "class", decision.Class);
        WriteText(json, "grade", decision.Grade);
        json.WritePropertyName("decision");
        json.WriteRawValue(decision.Document, skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JudgedMonth activity)
    {
        json.WriteStartObject("activity");
        json.WriteString("month", activity.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        WriteDate(json, "judgedOn", activity.JudgedOn);
        json.WriteString("tier", activity.Tier);
        json.WriteNumber("netFen", activity.NetFen);
        json.WriteNumber("activeDays", activity.ActiveDays);
        json.WriteNumber("countedDays", activity.CountedDays);
        json.WriteNumber("commissionFen", activity.CommissionFen);
        json.WriteString("reached", activity.Reached);
        json.WriteString("kept", activity.Kept);
        json.WriteNumber("ruleSetVersion", activity.RuleSetVersion);
        json.WriteEndObject();
    }

    private static void WriteDate(Utf8JsonWriter json, string name, DateOnly date) =>
        json.WriteString(name, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
