using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Acquiring.Core.Merchants;

namespace Acquiring.Core.IdlePolicies;

public enum PolicyState
{
    /// <summary>The rule's numbers are met, and nothing exempts.</summary>
    Found = 1,

    /// <summary>The rule's numbers are met, and something exempts.</summary>
    Exempt,

    /// <summary>Nothing is said against the terminal.</summary>
    Clear,
}

/// <summary>Why a terminal is clear.</summary>
public enum PolicyClearance
{
    /// <summary>It takes enough, or is not quiet for long enough.</summary>
    Active = 1,

    /// <summary>A month lacks files, was not closed here, or ended before the machine came: it says nothing.</summary>
    NoEvidence,

    /// <summary>Spares are not warned of.</summary>
    Spare,

    /// <summary>The policy has no such rule.</summary>
    NoRule,

    /// <summary>It works for nobody.</summary>
    NotHeld,
}

/// <summary>One member of a list in a verdict's document: names with texts, numbers and dates, in their order.</summary>
public sealed record PolicyFigures(IReadOnlyList<(string Name, object Value)> Members)
{
    public static PolicyFigures Of(params IReadOnlyList<(string Name, object? Value)> members) =>
        new([.. members.Where(m => m.Value is not null).Select(m => (m.Name, m.Value!))]);
}

/// <summary>The answer of a layer for a terminal. Its <see cref="Document"/> is the same text for the same policy and facts, whenever it is made.</summary>
/// <param name="Rule">The word of the rule that was met: <c>lowVolume</c>, <c>allTerminals</c>, <c>mostTerminals</c>, <c>anyTerminal</c>.</param>
/// <param name="Numbers">What was held against the rule.</param>
/// <param name="Evidence">What it rests on, with the grade of each source.</param>
/// <param name="WouldChange">What would change the answer.</param>
/// <param name="RecheckOn">The first date on which it may change by itself though nothing happens and no threshold is crossed.</param>
public sealed record PolicyVerdict(
    PolicyLayer Layer, PolicyState State, string? Rule, PolicyClearance? Clearance, PolicyFigures Numbers, IReadOnlyList<PolicyFigures> Evidence,
    IReadOnlyList<PolicyFigures> WouldChange, DateOnly? RecheckOn = null)
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static PolicyVerdict Clear(PolicyLayer layer, PolicyClearance why, PolicyFigures? numbers = null) =>
        new(layer, PolicyState.Clear, null, why, numbers ?? PolicyFigures.Of(), [], []);

    /// <summary>Canonical JSON: members in a fixed order, no white space, no culture. Date and version of the policy stand beside it, not in it.</summary>
    public string Document()
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("state", MerchantRefusals.Word(State));
            if (Rule is not null)
            {
                json.WriteString("rule", Rule);
            }

            if (Clearance is { } why)
            {
                json.WriteString("because", MerchantRefusals.Word(why));
            }

            json.WritePropertyName("numbers");
            Write(json, Numbers);
            WriteAll(json, "evidence", Evidence);
            WriteAll(json, "wouldChange", WouldChange);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<PolicyFigures> all)
    {
        json.WriteStartArray(name);
        foreach (var one in all)
        {
            Write(json, one);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, PolicyFigures figures)
    {
        json.WriteStartObject();
        foreach (var (name, value) in figures.Members)
        {
            switch (value)
            {
                case long or int:
                    json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case DateOnly date:
                    json.WriteString(name, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                    break;
                case IReadOnlyList<PolicyFigures> list:
                    WriteAll(json, name, list);
                    break;
                default:
                    json.WriteString(name, (string)value);
                    break;
            }
        }

        json.WriteEndObject();
    }
}
