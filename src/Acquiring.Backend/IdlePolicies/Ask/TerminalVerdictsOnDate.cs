using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Ask;

/// <summary>A verdict as it counts on a date.</summary>
internal sealed record VerdictOnDate(
    string Layer, DateOnly JudgedOn, string State, string MerchantNo, int PolicyVersion, DateOnly Since, string Document);

/// <summary>
/// The verdicts of a terminal on a date, made of rows that are never changed: asked again for a date whose night is over, it is the same answer to
/// the byte, whatever came later. A layer without a row is clear.
/// </summary>
/// <param name="JudgedThrough">The last night on or before the date.</param>
internal sealed record TerminalVerdictsOnDate(string TerminalNo, DateOnly On, DateOnly? JudgedThrough, IReadOnlyList<VerdictOnDate> Verdicts)
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>null</c> when there is no such terminal.</summary>
    public static async Task<TerminalVerdictsOnDate?> OfAsync(
        NpgsqlConnection connection, string terminalNo, DateOnly on, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select (select max(business_date) from idle_verdict_night where business_date <= $2) from terminal where terminal_no = $1"),
                new("""
                    select distinct on (v.layer) v.layer, v.judged_on, v.state, m.merchant_no, v.policy_version, v.since, v.document
                    from terminal t join idle_verdict v using (terminal_id) join merchant m using (merchant_id)
                    where t.terminal_no = $1 and v.judged_on <= $2
                    order by v.layer, v.judged_on desc
                    """),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            command.Parameters.Add(new() { Value = terminalNo });
            command.Parameters.Add(new() { Value = on });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var through = reader.IsDBNull(0) ? (DateOnly?)null : reader.GetFieldValue<DateOnly>(0);
        await reader.NextResultAsync(cancellationToken);
        var verdicts = new List<VerdictOnDate>();
        while (await reader.ReadAsync(cancellationToken))
        {
            verdicts.Add(new(
                reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4),
                reader.GetFieldValue<DateOnly>(5), reader.GetString(6)));
        }

        return new(terminalNo, on, through, [.. verdicts.OrderByDescending(v => v.Layer, StringComparer.Ordinal)]);
    }

    /// <summary>Members in a fixed order, no white space, no culture.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("terminalNo", TerminalNo);
            WriteDate(json, "on", On);
            if (JudgedThrough is { } through)
            {
                WriteDate(json, "judgedThrough", through);
            }

            json.WriteStartArray("verdicts");
            foreach (var verdict in Verdicts)
            {
                json.WriteStartObject();
                json.WriteString("layer", verdict.Layer);
                json.WriteString("state", verdict.State);
                WriteDate(json, "judgedOn", verdict.JudgedOn);
                WriteDate(json, "since", verdict.Since);
                json.WriteString("merchantNo", verdict.MerchantNo);
                json.WriteNumber("policyVersion", verdict.PolicyVersion);
                json.WritePropertyName("verdict");
                json.WriteRawValue(verdict.Document, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteDate(Utf8JsonWriter json, string name, DateOnly date) =>
        json.WriteString(name, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}
